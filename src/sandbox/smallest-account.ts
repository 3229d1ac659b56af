import { randomBytes } from 'node:crypto'
import { jsonAnswer } from './answer.ts'
import type { Answer, Call } from './stand-in.ts'
import type { SwitchValue } from './switches.ts'

export interface SmallestSubscription {
  readonly id: string
  readonly agent_id: string
  readonly event_type: string
  readonly created_at: string
  readonly updated_at: string
}

/** A webhook of Atoms as the vendor keeps it. */
export interface SmallestWebhook {
  readonly id: string
  readonly url: string
  readonly description?: string
  readonly status: string
  readonly secret: string
  readonly headers?: Readonly<Record<string, string>>
  readonly subscriptions: readonly SmallestSubscription[]
  readonly created_at: string
  readonly updated_at: string
}

export interface SmallestAgent {
  readonly name: string
  readonly description: string
  readonly created_at: string
  readonly archived?: boolean
}

export interface SmallestSettings {
  readonly api_keys: readonly string[]
  readonly organization_id: string
  readonly user_id: string
  /** By agent id. */
  readonly agents: Readonly<Record<string, SmallestAgent>>
}

export type SmallestCall = Call<SmallestWebhook, SmallestSettings>

type SwitchValues = Readonly<Record<string, SwitchValue>>

/** Makes the id of the nth sandbox agent: 24 hex digits like an ObjectId. */
export function sandboxAgentId(number: number): string {
  return `a6e27${number.toString(16).padStart(19, '0')}`
}

/** Makes agents 1 to `count` of the sandbox organization. */
export function makeSmallestAgents(count: number): Readonly<Record<string, SmallestAgent>> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  return Object.fromEntries(
    numbers.map((number) => [
      sandboxAgentId(number),
      {
        name: `Sandbox agent ${number}`,
        description: `Agent ${number} of the sandbox`,
        created_at: new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString(),
      },
    ]),
  )
}

/** Makes a random id of 24 hex digits. */
export function makeObjectId(): string {
  return randomBytes(12).toString('hex')
}

/** Tells whether a text has the form of the vendor's ids. */
export function isObjectId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{24}$/i.test(value)
}

/** Finds an agent that is not gone. */
export function findAgent({ account }: SmallestCall, id: string): SmallestAgent | undefined {
  const { agents } = account.settings
  return Object.hasOwn(agents, id) ? agents[id] : undefined
}

const messages: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  429: 'Rate limit exceeded',
}

/** Makes an error of Atoms. */
export function smallestFailure(status: number, switches: SwitchValues, message?: string): Answer {
  const text = message ?? messages[status] ?? 'Internal server error'
  const isAccess = status === 401 || status === 403
  const isInData = isAccess && switches.access_error_body === 'data'
  return jsonAnswer(status, { status: false, ...(isInData ? { data: text } : { errors: [text] }) })
}

/** Makes the 429 that tells its waiting time in the body. */
export function smallestRateLimited(seconds: number, switches: SwitchValues): Answer {
  if (switches.rate_limit_body === 'rateLimit') {
    const rateLimit = { routeClass: 'default', limit: Number(switches.rate_per_second), retryAfterSec: seconds }
    return jsonAnswer(429, { message: 'Too many requests', rateLimit })
  }
  const body = { status: false, error: 'Rate limit exceeded', code: 'RATE_LIMIT_EXCEEDED', retry_after: seconds }
  return jsonAnswer(429, body)
}

/** Makes an answer in the vendor's envelope. */
export function smallestOk(status: number, data: unknown): Answer {
  return jsonAnswer(status, { status: true, data })
}

/** Refuses a request without a known key. */
export function authorizeSmallest({ headers, account, switches }: SmallestCall): Answer | undefined {
  const [, key] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? []
  const isKnown = key !== undefined && account.settings.api_keys.includes(key)
  return isKnown ? undefined : smallestFailure(401, switches)
}
