import { randomBytes, randomUUID } from 'node:crypto'
import { emptyAnswer, jsonAnswer, parseJsonObject } from './answer.ts'
import type { Answer, Call, StandIn } from './stand-in.ts'
import type { SwitchSpecs } from './switches.ts'

/** An endpoint of tellcasey, with the secret that only create and `/secret` tell. */
export interface TellcaseyWebhook {
  readonly id: string
  readonly url: string
  readonly description?: string
  readonly event_types: readonly string[]
  readonly enabled: boolean
  readonly created_at: string
  readonly secret: string
}

export interface TellcaseySettings {
  readonly api_keys: readonly string[]
}

type SwitchValues = TellcaseyCall['switches']
type TellcaseyCall = Call<TellcaseyWebhook, TellcaseySettings>

const eventTypes = ['conversation.started', 'conversation.completed', 'conversation.abandoned']
const apiKey = 'sk_test_sandbox_0123456789abcdef'

const switches: SwitchSpecs = {
  create_status: { default: 201, values: [200, 201], doc: 'Status of a create.' },
  delete_answer: { default: '204', values: ['204', '200-object', '200-empty'], doc: 'Answer to a delete.' },
  duplicate_url: { default: 'allowed', values: ['allowed', '400', '409'], doc: 'A second endpoint with the same URL.' },
  http_urls: { default: 'allowed', values: ['allowed', 'refused'], doc: 'URLs with http://.' },
  unset_description: { default: 'null', values: ['null', 'empty', 'absent'], doc: 'A description that was not given.' },
  pagination: { default: false, doc: 'Adds the `pagination` object of other lists to the list.' },
  unknown_events: {
    default: 'refused',
    values: ['refused', 'accepted'],
    doc: 'Event types outside the documented three.',
  },
  empty_events: { default: 'refused', values: ['refused', 'defaulted', 'kept'], doc: 'An empty `event_types`.' },
  validation_status: { default: 400, values: [400, 422], doc: 'Status of a body that breaks the schema.' },
  unsupported_method: {
    default: '404',
    values: ['404', '405'],
    doc: 'PATCH, PUT and other methods that do not exist.',
  },
  max_webhooks: { default: 0, doc: 'Most endpoints an account may have; 0 is no limit.' },
}

const codes: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['validation_error', 'The request is not valid.'],
  401: ['unauthorized', 'The API key is missing or unknown.'],
  403: ['forbidden', 'The API key may not do this.'],
  404: ['not_found', 'There is no such resource.'],
  405: ['method_not_allowed', 'The resource does not have this method.'],
  409: ['conflict', 'An endpoint with this URL exists.'],
  422: ['validation_error', 'The request is not valid.'],
  429: ['rate_limit_exceeded', 'Too many requests.'],
}

function failure(status: number, message?: string): Answer {
  const [code, text] = codes[status] ?? ['internal_error', 'Something went wrong.']
  return jsonAnswer(status, { error: { code, message: message ?? text } })
}

function authorize({ headers, account }: TellcaseyCall): Answer | undefined {
  const [, key] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? []
  return key !== undefined && account.settings.api_keys.includes(key) ? undefined : failure(401)
}

function list(call: TellcaseyCall): Answer {
  const data = call.listed(call.account.webhooks.all()).map((webhook) => renderWebhook(webhook, call))
  if (call.switches.pagination !== true) return jsonAnswer(200, { data })
  return jsonAnswer(200, { data, pagination: { has_more: false, next_cursor: null, prev_cursor: null } })
}

function create(call: TellcaseyCall): Answer {
  const parsed = parseCreate(parseJsonObject(call.text), call.switches)
  if ('fault' in parsed) return failure(Number(call.switches.validation_status), parsed.fault)
  const refusal = refuseByAccount(parsed.body.url, call)
  if (refusal !== undefined) return refusal
  const webhook = call.account.webhooks.put(makeWebhook(parsed.body, call))
  const data = { ...renderWebhook(webhook, call), secret: webhook.secret }
  return jsonAnswer(Number(call.switches.create_status), { data })
}

interface CreateBody {
  readonly url: string
  readonly description?: string
  readonly event_types?: readonly string[]
}

type ParsedCreate = { readonly body: CreateBody } | { readonly fault: string }

function parseCreate(body: Readonly<Record<string, unknown>> | undefined, switches: SwitchValues): ParsedCreate {
  if (body === undefined) return { fault: 'The body is not a JSON object.' }
  const { url, description, event_types: events } = body
  const fault = checkUrl(url, switches) ?? checkDescription(description) ?? checkEvents(events, switches)
  return fault === undefined ? { body: body as unknown as CreateBody } : { fault }
}

function checkUrl(url: unknown, switches: SwitchValues): string | undefined {
  if (typeof url !== 'string' || !URL.canParse(url)) return 'url: a URI is required'
  const { protocol } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') return 'url: must be an http or https URL'
  return protocol === 'http:' && switches.http_urls === 'refused' ? 'url: must be an https URL' : undefined
}

function checkDescription(description: unknown): string | undefined {
  return description === undefined || typeof description === 'string' ? undefined : 'description: must be a string'
}

function checkEvents(events: unknown, switches: SwitchValues): string | undefined {
  if (events === undefined) return undefined
  if (!Array.isArray(events) || !events.every((event) => typeof event === 'string'))
    return 'event_types: must be strings'
  if (events.length === 0 && switches.empty_events === 'refused') return 'event_types: must not be empty'
  const unknown = events.find((event) => !eventTypes.includes(event))
  return unknown !== undefined && switches.unknown_events === 'refused' ? `event_types: unknown ${unknown}` : undefined
}

function refuseByAccount(url: string, { account, switches }: TellcaseyCall): Answer | undefined {
  const webhooks = account.webhooks.all()
  const limit = Number(switches.max_webhooks)
  if (limit > 0 && webhooks.length >= limit) return failure(400, `No more than ${limit} endpoints.`)
  if (switches.duplicate_url === 'allowed' || !webhooks.some((webhook) => webhook.url === url)) return undefined
  return failure(Number(switches.duplicate_url), 'An endpoint with this URL exists.')
}

function makeWebhook(
  { url, description, event_types: given }: CreateBody,
  { switches }: TellcaseyCall,
): TellcaseyWebhook {
  const isDefaulted = given === undefined || (given.length === 0 && switches.empty_events === 'defaulted')
  return {
    id: randomUUID(),
    url,
    ...(description === undefined ? {} : { description }),
    event_types: isDefaulted ? ['conversation.completed'] : given,
    enabled: true,
    created_at: new Date().toISOString(),
    secret: `whsec_${randomBytes(24).toString('base64')}`,
  }
}

const unsetDescriptions: Readonly<Record<string, object>> = {
  null: { description: null },
  empty: { description: '' },
  absent: {},
}

function renderWebhook(webhook: TellcaseyWebhook, { switches }: TellcaseyCall): object {
  const { secret: _, ...readable } = webhook
  return { ...unsetDescriptions[String(switches.unset_description)], ...readable }
}

function withWebhook(call: TellcaseyCall, answer: (webhook: TellcaseyWebhook) => Answer): Answer {
  const webhook = call.account.webhooks.get(call.param('id'))
  return webhook === undefined ? failure(404) : answer(webhook)
}

const deleteAnswers: Readonly<Record<string, Answer>> = {
  '204': emptyAnswer(204),
  '200-object': jsonAnswer(200, {}),
  '200-empty': emptyAnswer(200),
}

function remove(call: TellcaseyCall): Answer {
  return withWebhook(call, ({ id }) => {
    call.account.webhooks.remove(id)
    return deleteAnswers[String(call.switches.delete_answer)] ?? emptyAnswer(204)
  })
}

/** Stands in for the backend API of tellcasey: no update, a secret made by the vendor. */
export const tellcasey: StandIn<TellcaseyWebhook, TellcaseySettings> = {
  name: 'tellcasey',
  basePath: '/v1/backend',
  credentials: { api_key: apiKey },
  settings: { api_keys: [apiKey] },
  switches,
  routes: [
    { method: 'GET', path: '/v1/backend/webhooks', handle: list },
    { method: 'POST', path: '/v1/backend/webhooks', handle: create },
    {
      method: 'POST',
      path: '/v1/backend/webhooks/test',
      handle: () => jsonAnswer(200, { data: { success: true, message_id: `msg_${randomUUID()}` } }),
    },
    {
      method: 'GET',
      path: '/v1/backend/webhooks/:id',
      handle: (call) => withWebhook(call, (webhook) => jsonAnswer(200, { data: renderWebhook(webhook, call) })),
    },
    { method: 'DELETE', path: '/v1/backend/webhooks/:id', handle: remove },
    {
      method: 'GET',
      path: '/v1/backend/webhooks/:id/secret',
      handle: (call) => withWebhook(call, ({ secret }) => jsonAnswer(200, { data: { secret } })),
    },
  ],
  isLive: ({ enabled }) => enabled,
  receivers: (live, { event }) => live.filter(({ event_types }) => event_types.includes(event)).map(({ url }) => url),
  authorize,
  unrouted: ({ switches }, allowed) => failure(allowed.length > 0 ? Number(switches.unsupported_method) : 404),
  failure: (status) => failure(status),
}
