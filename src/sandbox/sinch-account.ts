import { randomBytes } from 'node:crypto'
import type { Call } from './stand-in.ts'

export interface SinchClientCredentials {
  readonly client_id: string
  readonly client_secret: string
  readonly endpoint: string
  readonly scope?: string
  readonly response_type?: string
  readonly token_request_type?: string
}

/** A webhook of the Conversation API as Sinch keeps it. */
export interface SinchWebhook {
  readonly id: string
  readonly app_id: string
  readonly target: string
  readonly target_type: string
  readonly triggers: readonly string[]
  readonly secret?: string
  readonly client_credentials: SinchClientCredentials | null
}

export interface SinchKey {
  readonly project_id: string
  readonly key_id: string
  readonly key_secret: string
}

export interface SinchApp {
  readonly project_id: string
  readonly display_name: string
}

export interface SinchSettings {
  readonly keys: readonly SinchKey[]
  /** By app id. */
  readonly apps: Readonly<Record<string, SinchApp>>
  /** Signs the tokens. */
  readonly signing_key: string
  /** Tokens of an earlier epoch count as expired. */
  readonly token_epoch: number
}

export type SinchCall = Call<SinchWebhook, SinchSettings>

export const sandboxKey: SinchKey = {
  project_id: 'sandbox-project',
  key_id: 'sandbox-key',
  key_secret: 'sandbox-secret-0123456789abcdef',
}

/** Makes the id of the nth sandbox app: 26 characters like a ULID. */
export function sandboxAppId(number: number): string {
  return `01SANDBOXAPP${String(number).padStart(14, '0')}`
}

/** Makes apps 1 to `count` of the sandbox project. */
export function makeSinchApps(count: number): Readonly<Record<string, SinchApp>> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  return Object.fromEntries(
    numbers.map((number) => [
      sandboxAppId(number),
      { project_id: sandboxKey.project_id, display_name: `Sandbox app ${number}` },
    ]),
  )
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Makes a random id of 26 characters that starts as a ULID of today does. */
export function makeSinchId(): string {
  const random = [...randomBytes(24)].map((byte) => crockford[byte % crockford.length])
  return `01${random.join('')}`
}
