import { jsonAnswer } from './answer.ts'
import type { Answer, Call } from './stand-in.ts'
import type { SwitchValue } from './switches.ts'

/** One entry of the document; Sendblue tells no ids, so `id` is for tests alone. */
export interface SendblueWebhook {
  readonly id: string
  readonly type: string
  readonly url: string
  readonly secret?: string
  readonly sendblue_numbers?: readonly string[]
  /** How it was written; a string when absent. */
  readonly form?: 'string' | 'object'
  /** Members that no page names. */
  readonly more?: Readonly<Record<string, unknown>>
}

export interface SendblueKey {
  readonly api_key: string
  readonly api_secret: string
}

export interface SendblueSettings {
  readonly keys: readonly SendblueKey[]
  /** The types that the document has a key for, with entries or without. */
  readonly types: readonly string[]
  readonly global_secret: string | null
  readonly legacy_secret: string | null
}

export type SendblueCall = Call<SendblueWebhook, SendblueSettings>

type SwitchValues = Readonly<Record<string, SwitchValue>>

export const sendblueTypes: readonly string[] = [
  'receive',
  'outbound',
  'line_blocked',
  'line_assigned',
  'call_log',
  'contact_created',
  'typing_indicator',
  'inbound_call',
  'contact_profile',
]

export const sendblueKey: SendblueKey = {
  api_key: 'sb_sandbox_key_0123456789abcdef',
  api_secret: 'sb_sandbox_secret_0123456789abcdef',
}

const messages: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  422: 'Unprocessable entity',
  429: 'Too Many Requests',
}

const errorBodies: Readonly<Record<string, (message: string) => object>> = {
  'status-message': (message) => ({ status: 'ERROR', message }),
  message: (message) => ({ message }),
  error: (message) => ({ error: message }),
  error_message: (message) => ({ error_message: message }),
}

/** Makes an error of Sendblue in the form that the switches choose. */
export function sendblueFailure(status: number, switches: SwitchValues, message?: string): Answer {
  const text = message ?? messages[status] ?? 'Internal server error'
  return jsonAnswer(status, errorBodies[String(switches.error_body)]?.(text))
}

/** Refuses what a request asks for; some readings do that with a 200. */
export function refuseSendblue({ switches }: SendblueCall, message: string, status?: number): Answer {
  if (switches.errors_with_200 === true) return jsonAnswer(200, { status: 'ERROR', message })
  return sendblueFailure(status ?? Number(switches.validation_status), switches, message)
}

/** Refuses a request without a known key pair, and one that a browser sends. */
export function authorizeSendblue({ headers, account, switches }: SendblueCall): Answer | undefined {
  if (headers.origin !== undefined) {
    return sendblueFailure(403, switches, 'Requests from browsers are not allowed')
  }
  const id = headers['sb-api-key-id'] ?? headers['x-sb-api-key-id']
  const secret = headers['sb-api-secret-key'] ?? headers['x-sb-api-secret-key']
  const isKnown = account.settings.keys.some(({ api_key, api_secret }) => api_key === id && api_secret === secret)
  return isKnown ? undefined : sendblueFailure(Number(switches.unauthorized_status), switches, 'Unauthorized')
}

/** Lists the types that the account may not use. */
export function gatedTypes(switches: SwitchValues): readonly string[] {
  return String(switches.gated_types)
    .split(',')
    .map((type) => type.trim())
}
