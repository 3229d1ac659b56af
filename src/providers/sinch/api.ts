import type { ProviderApi, StepResult } from '../../core/provider.ts'
import type { CreateStep, UpdateStep } from '../../core/step.ts'
import type { LiveAccount, LiveObject, ScopeFinding } from '../../core/webhook.ts'
import { type HttpClient, makeHttpClient } from '../../http/client.ts'
import { makeClientCredentials } from '../../http/client-credentials.ts'
import { HttpError } from '../../http/http-error.ts'
import { ask, askIfThere, remove } from '../ask.ts'
import { type Connection, credential, setting } from '../connection.ts'
import { byId } from '../live-order.ts'
import { AnswerError } from '../parse-answer.ts'
import type { Receivers } from '../receiver-url.ts'
import { unexpectedStep } from '../unexpected-step.ts'
import { readWebhook, renderCreate, renderUpdate, SinchAppList, SinchWebhook, SinchWebhookList } from './wire.ts'

const webhooksPath = '/v1/projects/{project}/webhooks'
const webhookPath = '/v1/projects/{project}/webhooks/{id}'
const appsPath = '/v1/projects/{project}/apps'

interface Project {
  readonly client: HttpClient
  readonly project: string
  readonly receivers: Receivers
}

/** Opens the webhook API of a Sinch project. */
export function connect(connection: Connection): ProviderApi {
  const sinch = openProject(connection)
  return {
    list: (scopes, signal) => list(sinch, scopes, signal),
    execute: async (step, signal) => {
      switch (step.does) {
        case 'create':
          return await create(sinch, step, signal)
        case 'update':
          return await update(sinch, step, signal)
        case 'delete':
          await remove(sinch.client, { path: webhookPath, params: { project: sinch.project, id: step.target } }, signal)
          return {}
        case 'follow':
        case 'write':
        case 'capture':
        case 'retire':
          return unexpectedStep('sinch', step)
      }
    },
    reread: async (objects, signal) => {
      const found = await Promise.all(objects.map((object) => read(sinch, object, signal)))
      return found.filter((object) => object !== undefined)
    },
    close: () => sinch.client.close(),
  }
}

function openProject(connection: Connection): Project {
  const { http, receivers } = connection
  const authorize = makeClientCredentials({
    http: { ...http, baseUrl: setting(connection, 'auth_url') },
    clientId: credential(connection, 'key_id'),
    clientSecret: credential(connection, 'key_secret'),
  })
  return { client: makeHttpClient({ ...http, authorize }), project: setting(connection, 'project_id'), receivers }
}

/** What one app holds, or that Sinch does not know it. */
interface AppListing {
  readonly app: string
  readonly webhooks: readonly LiveObject[] | 'not-found'
}

async function list(sinch: Project, scopes: readonly string[] | 'all', signal?: AbortSignal): Promise<LiveAccount> {
  const known = scopes === 'all' ? await listApps(sinch, signal) : undefined
  const apps = known ?? [...new Set(scopes)]
  const listings = await Promise.all(apps.map((app) => listApp(sinch, app, signal)))
  const missing = listings.some(({ webhooks }) => webhooks === 'not-found')
  const confirmed = missing ? (known ?? (await listAppsIfReadable(sinch, signal))) : undefined
  return {
    objects: listings.flatMap(({ webhooks }) => (webhooks === 'not-found' ? [] : webhooks)).toSorted(byId),
    scopes: listings.map((listing) => ({ scope: listing.app, state: stateOf(listing, confirmed) })),
    fields: {},
  }
}

// A wrong region answers 404 as well, so a 404 alone never means that an app is gone.
function stateOf({ app, webhooks }: AppListing, apps: readonly string[] | undefined): ScopeFinding['state'] {
  if (webhooks !== 'not-found') return 'listed'
  return apps === undefined || apps.includes(app) ? 'unconfirmed' : 'gone'
}

async function listApp(
  { client, project, receivers }: Project,
  app: string,
  signal?: AbortSignal,
): Promise<AppListing> {
  const path = `${appsPath}/{app}/webhooks`
  const request = { method: 'GET', path, params: { project, app }, retry: 'idempotent' } as const
  const answer = await askIfThere(client, SinchWebhookList, request, signal)
  if (answer === undefined) return { app, webhooks: 'not-found' }
  return { app, webhooks: answer.webhooks.map((webhook) => readWebhook(webhook, app, receivers)) }
}

async function listApps({ client, project }: Project, signal?: AbortSignal): Promise<readonly string[]> {
  const request = { method: 'GET', path: appsPath, params: { project }, retry: 'idempotent' } as const
  const { apps } = await ask(client, SinchAppList, request, signal)
  return apps.map(({ id }) => id)
}

/** Lists the apps where Sinch lets us; undefined leaves the question open. */
async function listAppsIfReadable(sinch: Project, signal?: AbortSignal): Promise<readonly string[] | undefined> {
  try {
    return await listApps(sinch, signal)
  } catch (error) {
    const isUnreadable = (error instanceof HttpError && error.kind !== 'aborted') || error instanceof AnswerError
    if (isUnreadable) return undefined
    throw error
  }
}

async function create({ client, project }: Project, step: CreateStep, signal?: AbortSignal): Promise<StepResult> {
  const body = renderCreate(step.object)
  const request = { method: 'POST', path: webhooksPath, params: { project }, body, retry: 'only-unprocessed' } as const
  const { id } = await ask(client, SinchWebhook, request, signal)
  return { id }
}

async function update({ client, project }: Project, step: UpdateStep, signal?: AbortSignal): Promise<StepResult> {
  const { mask, body } = renderUpdate(step.object, step.paths)
  await ask(
    client,
    SinchWebhook,
    {
      method: 'PATCH',
      path: webhookPath,
      params: { project, id: step.target },
      query: { update_mask: mask },
      body,
      retry: 'idempotent',
    },
    signal,
  )
  return { id: step.target }
}

async function read(
  { client, project, receivers }: Project,
  { id, scope }: Pick<LiveObject, 'id' | 'scope'>,
  signal?: AbortSignal,
): Promise<LiveObject | undefined> {
  const request = { method: 'GET', path: webhookPath, params: { project, id }, retry: 'idempotent' } as const
  const webhook = await askIfThere(client, SinchWebhook, request, signal)
  return webhook === undefined ? undefined : readWebhook(webhook, scope, receivers)
}
