import type { ProviderApi, StepResult } from '../../core/provider.ts'
import type { Secret } from '../../core/secret.ts'
import type { DesiredObject, LiveAccount, LiveObject } from '../../core/webhook.ts'
import { type HttpClient, makeHttpClient } from '../../http/client.ts'
import { ask, askIfThere, remove } from '../ask.ts'
import { bearer, type Connection, credential } from '../connection.ts'
import { byId } from '../live-order.ts'
import { readMadeSecret } from '../live-secret.ts'
import { AnswerError } from '../parse-answer.ts'
import type { Receivers } from '../receiver-url.ts'
import { unexpectedStep } from '../unexpected-step.ts'
import {
  CaseyCreated,
  type CaseyEndpoint,
  CaseyEndpointAnswer,
  CaseyEndpointList,
  CaseySecret,
  CaseyTest,
  readEndpoint,
  renderCreate,
} from './wire.ts'

/** Opens the webhook API of a tellcasey organization. */
export function connect({ http, receivers, credentials, account }: Connection): ProviderApi {
  const client = makeHttpClient({ ...http, headers: bearer(credential({ credentials, account }, 'api_key')) })
  return {
    list: (_, signal) => list(client, receivers, signal),
    execute: async (step, signal) => {
      switch (step.does) {
        case 'create':
          return await create(client, step.object, signal)
        case 'delete':
          await remove(client, { path: '/webhooks/{id}', params: { id: endpointId(step.target) } }, signal)
          return {}
        case 'update':
        case 'follow':
        case 'write':
        case 'capture':
        case 'retire':
          return unexpectedStep('tellcasey', step)
      }
    },
    reread: async (objects, signal) => {
      const found = await Promise.all(objects.map(({ id }) => read(client, receivers, id, signal)))
      return found.filter((object) => object !== undefined)
    },
    readSecret: ({ id }, signal) => readSecret(client, id, signal),
    sendTest: async (signal) => {
      await ask(client, CaseyTest, { method: 'POST', path: '/webhooks/test', retry: 'only-unprocessed' }, signal)
    },
    close: () => client.close(),
  }
}

async function list(client: HttpClient, receivers: Receivers, signal?: AbortSignal): Promise<LiveAccount> {
  const endpoints = await listEndpoints(client, signal)
  return {
    objects: endpoints.map((endpoint) => readEndpoint(endpoint, receivers)).toSorted(byId),
    scopes: [{ scope: '', state: 'listed' }],
    fields: {},
  }
}

async function listEndpoints(client: HttpClient, signal?: AbortSignal): Promise<readonly CaseyEndpoint[]> {
  const endpoints: CaseyEndpoint[] = []
  const cursors = new Set<string>()
  let after: string | undefined
  do {
    const query = after === undefined ? {} : { after }
    const page = await ask(
      client,
      CaseyEndpointList,
      { method: 'GET', path: '/webhooks', query, retry: 'idempotent' },
      signal,
    )
    endpoints.push(...page.data)
    after = nextCursor(page, cursors)
  } while (after !== undefined)
  return endpoints
}

/** The list is documented without pages; it is read to its end should it get them. */
function nextCursor({ pagination }: CaseyEndpointList, seen: Set<string>): string | undefined {
  const next = pagination?.has_more === true ? (pagination.next_cursor ?? undefined) : undefined
  if (next === undefined) return undefined
  if (seen.has(next)) throw new AnswerError('GET /webhooks', ['its pages lead in a circle'])
  seen.add(next)
  return next
}

async function create(client: HttpClient, object: DesiredObject, signal?: AbortSignal): Promise<StepResult> {
  const { data } = await ask(
    client,
    CaseyCreated,
    { method: 'POST', path: '/webhooks', body: renderCreate(object), retry: 'only-unprocessed' },
    signal,
  )
  const secret = readMadeSecret(data.secret)
  return secret === undefined ? { id: data.id } : { id: data.id, secret }
}

async function read(
  client: HttpClient,
  receivers: Receivers,
  id: string,
  signal?: AbortSignal,
): Promise<LiveObject | undefined> {
  const request = {
    method: 'GET',
    path: '/webhooks/{id}',
    params: { id: endpointId(id) },
    retry: 'idempotent',
  } as const
  const answer = await askIfThere(client, CaseyEndpointAnswer, request, signal)
  return answer === undefined ? undefined : readEndpoint(answer.data, receivers)
}

async function readSecret(client: HttpClient, id: string, signal?: AbortSignal): Promise<Secret> {
  const path = '/webhooks/{id}/secret'
  const { data } = await ask(
    client,
    CaseySecret,
    { method: 'GET', path, params: { id: endpointId(id) }, retry: 'idempotent' },
    signal,
  )
  const secret = readMadeSecret(data.secret)
  if (secret === undefined) throw new AnswerError('GET /webhooks/{id}/secret', ['it shows a mask and not the secret'])
  return secret
}

/** `/webhooks/test` sends a test event to every endpoint: it must not be reached as if it were one. */
function endpointId(id: string): string {
  if (id === 'test') throw new TypeError('tellcasey has no endpoint of the id "test".')
  return id
}
