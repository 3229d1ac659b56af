import { isJsonObject } from './answer.ts'
import type { SinchClientCredentials, SinchWebhook } from './sinch-account.ts'
import type { SwitchValue } from './switches.ts'

type SwitchValues = Readonly<Record<string, SwitchValue>>
type Body = Readonly<Record<string, unknown>>

/** The fields that a write may set besides `app_id`. */
export const writableFields = ['target', 'target_type', 'triggers', 'secret', 'client_credentials'] as const
export type WritableField = (typeof writableFields)[number]

const triggers: readonly string[] = [
  'MESSAGE_DELIVERY',
  'MESSAGE_SUBMIT',
  'MESSAGE_INBOUND',
  'MESSAGE_INBOUND_SMART_CONVERSATION_REDACTION',
  'EVENT_DELIVERY',
  'EVENT_INBOUND',
  'CONVERSATION_START',
  'CONVERSATION_STOP',
  'CONVERSATION_DELETE',
  'CONTACT_CREATE',
  'CONTACT_DELETE',
  'CONTACT_MERGE',
  'CONTACT_UPDATE',
  'CONTACT_IDENTITIES_DUPLICATION',
  'CAPABILITY',
  'OPT_IN',
  'OPT_OUT',
  'CHANNEL_EVENT',
  'SMART_CONVERSATION',
  'RECORD_NOTIFICATION',
  'UNSUPPORTED',
]

/** A body whose fields are checked. */
export interface SinchWrite {
  readonly target?: string
  readonly target_type?: string
  readonly triggers?: readonly string[]
  readonly secret?: string
  readonly client_credentials?: SinchClientCredentials | null
}

export type ParsedWrite = { readonly write: SinchWrite } | { readonly fault: string }

type FieldCheck = (value: unknown, switches: SwitchValues) => string | undefined

const checks: { readonly [Field in WritableField]: FieldCheck } = {
  target: checkTarget,
  target_type: (value) =>
    value === 'HTTP' || value === 'DISMISS' ? undefined : 'target_type: must be HTTP or DISMISS',
  triggers: checkTriggers,
  secret: (value, switches) => {
    if (typeof value !== 'string') return 'secret: must be a string'
    return value === '' && switches.empty_secret === 'refused' ? 'secret: must not be empty' : undefined
  },
  client_credentials: (value) => (value === null ? undefined : checkCredentials(value)),
}

/** Takes the named fields that the body has, or says what is wrong with one. */
export function parseWrite(body: Body, fields: readonly WritableField[], switches: SwitchValues): ParsedWrite {
  const given = fields.filter((field) => body[field] !== undefined)
  const fault = given.map((field) => checks[field](body[field], switches)).find((found) => found !== undefined)
  if (fault !== undefined) return { fault }
  return { write: Object.fromEntries(given.map((field) => [field, body[field]])) as SinchWrite }
}

function checkTarget(value: unknown, switches: SwitchValues): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return 'target: must be a URL'
  if (value.length > 742) return 'target: longer than 742 characters'
  const { protocol, hostname } = new URL(value)
  if (protocol !== 'https:' && protocol !== 'http:') return 'target: must be an HTTP URL'
  if (protocol === 'http:' && switches.http_targets === 'refused') return 'target: must be an HTTPS URL'
  return /^conversation-api\..*\bsinch\.com$/.test(hostname) ? 'target: host is forbidden' : undefined
}

function checkTriggers(value: unknown, switches: SwitchValues): string | undefined {
  if (!Array.isArray(value) || !value.every((trigger) => typeof trigger === 'string'))
    return 'triggers: must be strings'
  if (value.includes('UNSPECIFIED_TRIGGER')) return 'triggers: UNSPECIFIED_TRIGGER is not allowed'
  if (switches.unknown_triggers === 'accepted') return undefined
  const unknown = value.find((trigger) => !triggers.includes(trigger))
  return unknown === undefined ? undefined : `triggers: unknown ${unknown}`
}

function checkCredentials(value: unknown): string | undefined {
  if (!isJsonObject(value)) return 'client_credentials: must be an object'
  const missing = ['client_id', 'client_secret', 'endpoint'].find(
    (name) => typeof value[name] !== 'string' || value[name] === '',
  )
  if (missing !== undefined) return `client_credentials.${missing}: required`
  if (typeof value.endpoint !== 'string' || !URL.canParse(value.endpoint))
    return 'client_credentials.endpoint: must be a URL'
  if (isLongerThan(value.scope, 1024)) return 'client_credentials.scope: longer than 1024 characters'
  return isLongerThan(value.response_type, 64)
    ? 'client_credentials.response_type: longer than 64 characters'
    : undefined
}

function isLongerThan(value: unknown, most: number): boolean {
  return value !== undefined && (typeof value !== 'string' || value.length > most)
}

/** Sets the named fields of a webhook; one that the write lacks falls back to its default. */
export function setFields(
  webhook: SinchWebhook,
  write: SinchWrite,
  fields: readonly WritableField[],
  switches: SwitchValues,
): SinchWebhook {
  const { secret, ...rest } = webhook
  const isSet = (field: WritableField): boolean => fields.includes(field)
  const nextSecret = isSet('secret') ? write.secret : secret
  return {
    ...rest,
    ...(isSet('target') && write.target !== undefined ? { target: write.target } : {}),
    ...(isSet('target_type') ? { target_type: write.target_type ?? String(switches.target_type_default) } : {}),
    ...(isSet('triggers') ? { triggers: keepTriggers(write.triggers ?? [], switches) } : {}),
    ...(isSet('client_credentials') ? { client_credentials: keepCredentials(write.client_credentials ?? null) } : {}),
    ...(nextSecret === undefined || nextSecret === '' ? {} : { secret: nextSecret }),
  }
}

function keepTriggers(given: readonly string[], switches: SwitchValues): readonly string[] {
  return switches.repeated_triggers === 'collapsed' ? [...new Set(given)] : given
}

function keepCredentials(given: SinchClientCredentials | null): SinchClientCredentials | null {
  if (given === null) return null
  const { client_id, client_secret, endpoint, scope, response_type, token_request_type: request } = given
  return {
    client_id,
    client_secret,
    endpoint,
    ...(scope === undefined || scope === '' ? {} : { scope }),
    ...(response_type === undefined || response_type === '' ? {} : { response_type }),
    // Sinch reads what it does not know as BASIC.
    ...(request === undefined ? {} : { token_request_type: request === 'FORM' ? 'FORM' : 'BASIC' }),
  }
}

/** Makes the JSON of a webhook as answers show it. */
export function renderSinchWebhook(webhook: SinchWebhook, switches: SwitchValues): object {
  const { secret, client_credentials: credentials, ...plain } = webhook
  return {
    ...plain,
    triggers: orderTriggers(plain.triggers, switches),
    ...(secret === undefined && switches.unset_secret === 'empty' ? { secret: '' } : {}),
    ...(secret === undefined ? {} : showSecret('secret', secret, switches)),
    client_credentials: credentials === null ? null : showCredentials(credentials, switches),
  }
}

function showCredentials(credentials: SinchClientCredentials, switches: SwitchValues): object {
  const { client_secret: secret, ...readable } = credentials
  const echoed = switches.echo_token_request_type === true ? { token_request_type: 'BASIC' } : {}
  return { ...echoed, ...readable, ...showSecret('client_secret', secret, switches) }
}

function showSecret(name: string, secret: string, switches: SwitchValues): object {
  if (switches.secrets_in_reads === 'absent') return {}
  return { [name]: switches.secrets_in_reads === 'masked' ? `${secret.slice(0, 3)}***` : secret }
}

function orderTriggers(given: readonly string[], { trigger_order: order }: SwitchValues): readonly string[] {
  if (order === 'kept') return given
  if (order === 'sorted') return given.toSorted()
  return given
    .map((trigger) => ({ trigger, rank: Math.random() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ trigger }) => trigger)
}
