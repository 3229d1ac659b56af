import { isJsonObject, parseJsonObject } from './answer.ts'
import { isObjectId, type SmallestCall } from './smallest-account.ts'
import type { SwitchValue } from './switches.ts'

type Body = Readonly<Record<string, unknown>>
type SwitchValues = Readonly<Record<string, SwitchValue>>

/** A body that was read, or what is wrong with it. */
export type Parsed<Kind> = { readonly parsed: Kind } | { readonly fault: string }

export interface AgentEvent {
  readonly agentId: string
  readonly eventType: string
}

export interface CreateBody {
  readonly endpoint: string
  readonly description?: string
  readonly events: readonly AgentEvent[]
  readonly headers?: Readonly<Record<string, string>>
}

export interface PatchBody {
  readonly endpoint?: string
  readonly description?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface SubscribeBody {
  readonly webhookId: string
  readonly eventTypes: readonly string[]
}

const eventTypes = ['pre-conversation', 'post-conversation', 'analytics-completed']
const reservedHeaders = ['x-signature', 'host', 'content-length', 'content-type', 'connection', 'transfer-encoding']

/** Reads the body of a create. */
export function parseCreate({ text, switches }: SmallestCall): Parsed<CreateBody> {
  const body = parseJsonObject(text)
  if (body === undefined) return { fault: 'The body must be a JSON object' }
  const { headers: given, ...rest } = body
  const isTaken = given !== undefined && switches.headers_on_create === 'accepted'
  const fault =
    checkEndpoint(body.endpoint, switches) ??
    checkNewDescription(body.description, switches) ??
    checkEvents(body.events, switches) ??
    (given !== undefined && switches.headers_on_create === 'refused' ? 'headers is not allowed' : undefined) ??
    (isTaken ? checkHeaders(given) : undefined)
  if (fault !== undefined) return { fault }
  return { parsed: { events: [], ...rest, ...(isTaken ? { headers: given } : {}) } as unknown as CreateBody }
}

/** Reads the body of a PATCH; what is not documented there is ignored. */
export function parsePatch({ text, switches }: SmallestCall): Parsed<PatchBody> {
  const { endpoint, description, headers } = parseJsonObject(text) ?? {}
  const given = Object.entries({ endpoint, description, headers }).filter(([, value]) => value !== undefined)
  if (given.length === 0) return { fault: 'At least one of endpoint, description and headers is required' }
  const fault =
    (endpoint === undefined ? undefined : checkEndpoint(endpoint, switches)) ??
    (description === undefined ? undefined : checkDescription(description)) ??
    (headers === undefined ? undefined : checkHeaders(headers))
  return fault === undefined ? { parsed: Object.fromEntries(given) as PatchBody } : { fault }
}

/** Reads the body that sets the subscriptions of an agent. */
export function parseSubscribe({ text, switches }: SmallestCall): Parsed<SubscribeBody> {
  const { webhookId, eventTypes: events } = parseJsonObject(text) ?? {}
  if (!isObjectId(webhookId)) return { fault: 'The provided Webhook ID is invalid.' }
  if (!Array.isArray(events)) return { fault: 'eventTypes is required' }
  if (events.length === 0 && switches.empty_event_types === 'refused') return { fault: 'eventTypes must not be empty' }
  const fault = events.map((event) => checkEventType(event, switches)).find((found) => found !== undefined)
  return fault === undefined ? { parsed: { webhookId, eventTypes: events } } : { fault }
}

function checkEndpoint(endpoint: unknown, switches: SwitchValues): string | undefined {
  if (typeof endpoint !== 'string' || !URL.canParse(endpoint)) return 'endpoint must be a valid URL'
  const { protocol } = new URL(endpoint)
  if (protocol === 'https:' || (protocol === 'http:' && switches.http_urls === 'accepted')) return undefined
  return 'endpoint must be an https URL'
}

function checkNewDescription(description: unknown, { description_on_create: asked }: SwitchValues): string | undefined {
  if (description === undefined) return asked === 'optional' ? undefined : 'description is required'
  if (description === '' && asked === 'non-empty') return 'description must not be empty'
  return checkDescription(description)
}

function checkDescription(description: unknown): string | undefined {
  return typeof description === 'string' ? undefined : 'description must be a string'
}

function checkEvents(events: unknown, switches: SwitchValues): string | undefined {
  const { events_on_create: asked } = switches
  if (events === undefined) return asked === 'optional' ? undefined : 'events is required'
  if (!Array.isArray(events)) return 'events must be an array'
  if (events.length === 0 && asked === 'non-empty') return 'events must not be empty'
  return events.map((event) => checkAgentEvent(event, switches)).find((fault) => fault !== undefined)
}

function checkAgentEvent(event: unknown, switches: SwitchValues): string | undefined {
  if (!isJsonObject(event)) return 'events must hold objects'
  return isObjectId(event.agentId)
    ? checkEventType(event.eventType, switches)
    : 'events.agentId must be the id of an agent'
}

function checkEventType(event: unknown, { unknown_events: mode }: SwitchValues): string | undefined {
  const isTaken = typeof event === 'string' && (mode === 'accepted' || eventTypes.includes(event))
  return isTaken ? undefined : `eventType must be one of: ${eventTypes.join(', ')}`
}

function checkHeaders(headers: unknown): string | undefined {
  if (!isJsonObject(headers)) return 'headers must be an object'
  if (Object.keys(headers).length > 10) return 'headers must have no more than 10 entries'
  return Object.keys(headers)
    .map((name) => checkHeader(name, headers))
    .find((fault) => fault !== undefined)
}

function checkHeader(name: string, headers: Body): string | undefined {
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) return `headers: ${name} is not a header name`
  if (reservedHeaders.includes(name.toLowerCase())) return `headers: ${name} is reserved`
  const value = headers[name]
  if (typeof value !== 'string') return `headers: ${name} must be a string`
  return value.length > 1024 ? `headers: ${name} is longer than 1024 characters` : undefined
}
