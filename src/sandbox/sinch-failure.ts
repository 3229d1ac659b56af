import { jsonAnswer } from './answer.ts'
import type { Answer } from './stand-in.ts'
import type { SwitchValue } from './switches.ts'

type SwitchValues = Readonly<Record<string, SwitchValue>>

export interface SinchFault {
  readonly message?: string
  /** The `status` of the body, where it is not the usual one. */
  readonly name?: string
  readonly details?: readonly unknown[]
}

const names: Readonly<Record<number, readonly [name: string, message: string]>> = {
  400: ['INVALID_ARGUMENT', 'Malformed request'],
  401: ['UNAUTHENTICATED', 'Incorrect credentials'],
  403: ['UNAUTHORIZED', 'Credentials are not tied to the project'],
  404: ['NOT_FOUND', 'Not found'],
  405: ['UNIMPLEMENTED', 'Method not allowed'],
  429: ['RESOURCE_EXHAUSTED', 'Too many requests'],
  500: ['INTERNAL', 'Internal error'],
  501: ['UNIMPLEMENTED', 'Not implemented'],
  503: ['UNAVAILABLE', 'Service unavailable'],
}

/** Makes an error of the Conversation API, wrapped or bare as the switch says. */
export function sinchFailure(status: number, switches: SwitchValues, fault: SinchFault = {}): Answer {
  const [usual, text] = names[status] ?? ['UNKNOWN', 'Unknown error']
  const configured: Readonly<Record<number, SwitchValue | undefined>> = {
    400: switches.bad_request_name,
    403: switches.forbidden_name,
  }
  const { message = text, name = String(configured[status] ?? usual), details = [] } = fault
  const error = { code: status, message, status: name, details }
  return jsonAnswer(status, switches.error_envelope === 'wrapped' ? { error } : error)
}

/** Makes the 429 that carries its waiting time as google.rpc.RetryInfo. */
export function sinchRetryInfo(seconds: number, switches: SwitchValues): Answer {
  const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${seconds}s` }]
  return sinchFailure(429, switches, { details })
}
