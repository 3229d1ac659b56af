import type { ProviderApi, StepResult } from '../../core/provider.ts'
import type { CreateStep, UpdateStep } from '../../core/step.ts'
import type { LiveAccount, LiveObject } from '../../core/webhook.ts'
import { type HttpClient, makeHttpClient } from '../../http/client.ts'
import { ask, askIfThere, remove } from '../ask.ts'
import { authorization, type Connection, credential, setting } from '../connection.ts'
import { byId } from '../live-order.ts'
import { AnswerError } from '../parse-answer.ts'
import type { Receivers } from '../receiver-url.ts'
import { unexpectedStep } from '../unexpected-step.ts'
import {
  BirdChanged,
  BirdCreated,
  BirdPage,
  BirdSubscription,
  readSubscription,
  renderCreate,
  renderUpdate,
} from './wire.ts'

const workspacePath = '/workspaces/{workspace}/webhook-subscriptions'

interface Workspace {
  readonly client: HttpClient
  /** The path of all subscriptions, in the shape the account asks for. */
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly receivers: Receivers
}

/** Opens the webhook subscriptions of a Bird workspace. */
export function connect(connection: Connection): ProviderApi {
  const bird = openWorkspace(connection)
  return {
    list: (_, signal) => list(bird, signal),
    execute: async (step, signal) => {
      switch (step.does) {
        case 'create':
          return await create(bird, step, signal)
        case 'update':
          return await update(bird, step, signal)
        case 'delete':
          await remove(bird.client, one(bird, step.target), signal)
          return {}
        case 'follow':
        case 'write':
        case 'capture':
        case 'retire':
          return unexpectedStep('bird', step)
      }
    },
    reread: async (objects, signal) => {
      const found = await Promise.all(objects.map(({ id }) => read(bird, id, signal)))
      return found.filter((object) => object !== undefined)
    },
    close: () => bird.client.close(),
  }
}

function openWorkspace(connection: Connection): Workspace {
  const { account, http, receivers } = connection
  const client = makeHttpClient({ ...http, headers: authorization('AccessKey', credential(connection, 'access_key')) })
  const workspace = setting(connection, 'workspace_id')
  if (account.settings['organization_id'] === undefined) {
    return { client, receivers, path: workspacePath, params: { workspace } }
  }
  const organization = setting(connection, 'organization_id')
  return {
    client,
    receivers,
    path: `/organizations/{organization}${workspacePath}`,
    params: { organization, workspace },
  }
}

function one({ path, params }: Workspace, id: string): Pick<Workspace, 'path' | 'params'> {
  return { path: `${path}/{id}`, params: { ...params, id } }
}

async function list(bird: Workspace, signal?: AbortSignal): Promise<LiveAccount> {
  const subscriptions = await listSubscriptions(bird, signal)
  return {
    objects: subscriptions.map((subscription) => readSubscription(subscription, bird.receivers)).toSorted(byId),
    scopes: [{ scope: '', state: 'listed' }],
    fields: {},
  }
}

async function listSubscriptions(
  { client, path, params }: Workspace,
  signal?: AbortSignal,
): Promise<readonly BirdSubscription[]> {
  const found = new Map<string, BirdSubscription>()
  const tokens = new Set<string>()
  let token: string | undefined
  do {
    // Pages disagree on the default size.
    const query = { limit: '100', ...(token === undefined ? {} : { pageToken: token }) }
    const page = await ask(client, BirdPage, { method: 'GET', path, params, query, retry: 'idempotent' }, signal)
    for (const subscription of page.results) found.set(subscription.id, subscription)
    token = nextToken(page, tokens, path)
  } while (token !== undefined)
  return [...found.values()]
}

function nextToken({ nextPageToken: next }: BirdPage, seen: Set<string>, path: string): string | undefined {
  if (next === undefined || next === null || next === '') return undefined
  if (seen.has(next)) throw new AnswerError(`GET ${path}`, ['its pages lead in a circle'])
  seen.add(next)
  return next
}

async function create(bird: Workspace, step: CreateStep, signal?: AbortSignal): Promise<StepResult> {
  const { client, path, params } = bird
  const body = renderCreate(step.object)
  const request = { method: 'POST', path, params, body, retry: 'only-unprocessed' } as const
  const { id } = await ask(client, BirdCreated, request, signal)
  return { id }
}

async function update(bird: Workspace, step: UpdateStep, signal?: AbortSignal): Promise<StepResult> {
  const body = renderUpdate(step.object, step.paths)
  const request = { method: 'PATCH', ...one(bird, step.target), retry: 'idempotent' } as const
  const { eventFilters: kept } = await ask(bird.client, BirdChanged, { ...request, body }, signal)
  // Whether null or an empty list clears filters is not documented.
  const isUncleared = body['eventFilters'] === null && kept !== undefined && kept !== null && kept.length > 0
  if (isUncleared) await ask(bird.client, BirdChanged, { ...request, body: { eventFilters: [] } }, signal)
  return {}
}

async function read(bird: Workspace, id: string, signal?: AbortSignal): Promise<LiveObject | undefined> {
  const request = { method: 'GET', ...one(bird, id), retry: 'idempotent' } as const
  const answer = await askIfThere(bird.client, BirdSubscription, request, signal)
  return answer === undefined ? undefined : readSubscription(answer, bird.receivers)
}
