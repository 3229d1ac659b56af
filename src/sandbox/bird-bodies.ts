import { isJsonObject, parseJsonObject } from './answer.ts'
import { type BirdCall, type BirdFilter, birdFailure, refuseField } from './bird-account.ts'
import type { Answer } from './stand-in.ts'
import type { SwitchValue } from './switches.ts'

type Body = Readonly<Record<string, unknown>>
type SwitchValues = Readonly<Record<string, SwitchValue>>

/** The fields that both writes take. */
interface SharedFields {
  readonly eventFilters?: readonly BirdFilter[] | null
  readonly template?: string
  readonly signingKey?: string
}

export interface CreateFields extends SharedFields {
  readonly service: string
  readonly event: string
  readonly url: string
}

export interface PatchFields extends SharedFields {
  readonly url?: string
  readonly status?: 'active' | 'inactive'
}

/** A body that was read, or the answer that refuses it. */
export type Parsed<Fields> = { readonly fields: Fields } | { readonly refusal: Answer }

interface Fault {
  readonly path: string
  readonly reason: string
}

type FieldCheck = (value: unknown, switches: SwitchValues) => Fault | undefined

const services = ['channels', 'conversations', 'numbers', 'payments']

const checks: Readonly<Record<string, FieldCheck>> = {
  service: (value, { unknown_services: mode }) =>
    typeof value === 'string' && value !== '' && (mode === 'accepted' || services.includes(value))
      ? undefined
      : { path: '.service', reason: `must be one of ${services.join(', ')}` },
  event: (value) =>
    typeof value === 'string' && value !== '' ? undefined : { path: '.event', reason: 'must be a string' },
  url: (value, { url_pattern: pattern }) =>
    typeof value === 'string' && urlPatterns[String(pattern)]?.test(value) === true
      ? undefined
      : { path: '.url', reason: 'does not match the pattern' },
  eventFilters: checkFilters,
  template: (value) => (typeof value === 'string' ? undefined : { path: '.template', reason: 'must be a string' }),
  signingKey: (value) => (typeof value === 'string' ? undefined : { path: '.signingKey', reason: 'must be a string' }),
  status: (value) =>
    value === 'active' || value === 'inactive'
      ? undefined
      : { path: '.status', reason: 'must be one of active, inactive' },
}

const urlPatterns: Readonly<Record<string, RegExp>> = {
  'with-port': /^https:\/\/([a-zA-Z0-9-]+\.)+[a-zA-Z]{2,}(:[0-9]+)?(\/[^\s]*)?$/,
  'without-port': /^https:\/\/([a-zA-Z0-9-]+\.)+[a-zA-Z]{2,}(\/[^\s]*)?$/,
}

/** Reads the body of a create. */
export function parseCreate(call: BirdCall): Parsed<CreateFields> {
  const read = parseBody(call, ['service', 'event', 'url', 'eventFilters', 'template', 'signingKey'])
  if ('refusal' in read) return read
  const missing = ['service', 'event', 'url'].find((name) => read.fields[name] === undefined)
  if (missing !== undefined) return { refusal: refuseField(call, `.${missing}`, 'property is missing') }
  const fields = read.fields as unknown as CreateFields
  return refuseFilters(call, fields.service, fields.eventFilters) ?? { fields }
}

/** Reads the body of a PATCH for a subscription of a service. */
export function parsePatch(call: BirdCall, service: string): Parsed<PatchFields> {
  const read = parseBody(call, ['url', 'signingKey', 'status', 'eventFilters', 'template'])
  if ('refusal' in read) return read
  if (Object.keys(read.fields).length === 0) {
    return { refusal: refuseField(call, '.', 'must have at least one property') }
  }
  const fields: PatchFields = read.fields
  return refuseFilters(call, service, fields.eventFilters) ?? { fields }
}

function parseBody(call: BirdCall, known: readonly string[]): Parsed<Body> {
  const body = parseJsonObject(call.text)
  if (body === undefined) return { refusal: birdFailure(400) }
  const unsupported = Object.keys(body).find((name) => !known.includes(name))
  if (unsupported !== undefined) {
    return { refusal: refuseField(call, `.${unsupported}`, `property "${unsupported}" is unsupported`) }
  }
  const fault = Object.entries(body)
    .map(([name, value]) => checks[name]?.(value, call.switches))
    .find((found) => found !== undefined)
  return fault === undefined ? { fields: body } : { refusal: refuseField(call, fault.path, fault.reason) }
}

function checkFilters(value: unknown): Fault | undefined {
  if (value === null) return undefined
  if (!Array.isArray(value)) return { path: '.eventFilters', reason: 'must be an array' }
  const index = value.findIndex((filter) => !isFilter(filter))
  if (index < 0) return undefined
  return {
    path: `.eventFilters[${index}]`,
    reason: 'must be an object with the strings key and value and nothing else',
  }
}

function isFilter(value: unknown): value is BirdFilter {
  return (
    isJsonObject(value) &&
    typeof value.key === 'string' &&
    typeof value.value === 'string' &&
    Object.keys(value).length === 2
  )
}

const filterKeys: Readonly<Record<string, readonly string[]>> = {
  channels: ['channelId', 'messageStatus', 'interactionType', 'platformId', 'channelStatus', 'status'],
  conversations: ['channelId'],
  numbers: [],
}

function refuseFilters(
  call: BirdCall,
  service: string,
  filters: readonly BirdFilter[] | null | undefined,
): { readonly refusal: Answer } | undefined {
  const known = Object.hasOwn(filterKeys, service) ? filterKeys[service] : undefined
  if (call.switches.filter_keys === 'free' || known === undefined) return undefined
  const keys = (filters ?? []).map(({ key }) => key)
  const unknown = keys.find((key) => !known.includes(key))
  if (unknown !== undefined) {
    return { refusal: refuseField(call, '.eventFilters', `${service} has no filter "${unknown}"`) }
  }
  const channels = keys.filter((key) => key === 'channelId')
  if (channels.length < 2) return undefined
  return { refusal: refuseField(call, '.eventFilters', 'only one channelId is allowed') }
}
