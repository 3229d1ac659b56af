import { isJsonObject, parseJsonObject } from './answer.ts'
import { gatedTypes, type SendblueCall, sendblueTypes } from './sendblue-account.ts'
import { parseEntries, type SendblueDraft } from './sendblue-entries.ts'

/** A body that was read, or what is wrong with it. */
export type Parsed<Kind> = { readonly parsed: Kind } | { readonly fault: string }

function parseType(type: unknown, { switches }: SendblueCall): Parsed<string> {
  if (type === undefined && switches.omitted_type === 'receive') return { parsed: 'receive' }
  const allowed = sendblueTypes.filter((known) => !gatedTypes(switches).includes(known))
  if (typeof type === 'string' && allowed.includes(type)) return { parsed: type }
  return { fault: `type must be one of: ${allowed.join(', ')}` }
}

export interface AddBody {
  readonly type: string
  readonly entries: readonly SendblueDraft[]
  readonly globalSecret: string | undefined
}

/** Reads the body of a POST. */
export function parseAdd(call: SendblueCall): Parsed<AddBody> {
  const { webhooks, type: given, globalSecret } = parseJsonObject(call.text) ?? {}
  if (!Array.isArray(webhooks)) return { fault: 'webhooks: an array is required' }
  const type = parseType(given, call)
  if ('fault' in type) return type
  if (globalSecret !== undefined && typeof globalSecret !== 'string') return { fault: 'globalSecret must be a string' }
  const read = parseEntries(type.parsed, webhooks, call.switches)
  return 'fault' in read ? read : { parsed: { type: type.parsed, entries: read.entries, globalSecret } }
}

export interface SendblueDocument {
  readonly types: readonly string[]
  readonly entries: readonly SendblueDraft[]
  readonly secrets: Readonly<Record<string, string>>
}

/** Reads the body of a PUT. */
export function parseDocument(call: SendblueCall): Parsed<SendblueDocument> {
  const config = parseJsonObject(call.text)?.webhooks
  if (!isJsonObject(config)) return { fault: 'webhooks: an object is required' }
  const members = Object.entries(config)
  const secrets = members.filter(([name]) => name === 'globalSecret' || name === 'secret')
  const unread = secrets.find(([, value]) => typeof value !== 'string')
  if (unread !== undefined) return { fault: `${unread[0]} must be a string` }
  const types = members.filter(([name]) => !secrets.some(([secret]) => secret === name))
  return parseTypes(types, Object.fromEntries(secrets.map(([name, value]) => [name, String(value)])), call)
}

function parseTypes(
  members: readonly (readonly [string, unknown])[],
  secrets: SendblueDocument['secrets'],
  { switches }: SendblueCall,
): Parsed<SendblueDocument> {
  const unknown = members.find(([type]) => !isKnown(type) && switches.unknown_types === 'refused')
  if (unknown !== undefined) return { fault: `webhooks has no type ${unknown[0]}` }
  const kept = members.filter(
    ([type]) => !gatedTypes(switches).includes(type) && (isKnown(type) || switches.unknown_types === 'kept'),
  )
  const entries: SendblueDraft[] = []
  for (const [type, values] of kept) {
    if (!Array.isArray(values)) return { fault: `${type}: an array is required` }
    const read = parseEntries(type, values, switches)
    if ('fault' in read) return read
    entries.push(...read.entries)
  }
  return { parsed: { types: kept.map(([type]) => type), entries, secrets } }
}

function isKnown(type: string): boolean {
  return sendblueTypes.includes(type)
}

export interface DeleteBody {
  readonly type: string
  readonly urls: readonly string[]
}

/** Reads the body of a DELETE. */
export function parseDelete(call: SendblueCall): Parsed<DeleteBody> {
  const { webhooks, type: given } = parseJsonObject(call.text) ?? {}
  if (!Array.isArray(webhooks)) return { fault: 'webhooks: an array is required' }
  const type = parseType(given, call)
  if ('fault' in type) return type
  if (!webhooks.every((url) => typeof url === 'string')) return { fault: 'webhooks: only URL strings are taken' }
  return { parsed: { type: type.parsed, urls: webhooks } }
}
