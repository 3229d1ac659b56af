import { setTimeout as sleep } from 'node:timers/promises'
import { isJsonObject } from './answer.ts'

/** Which requests a fault hits and how often. */
interface FaultAim {
  readonly match?: { readonly method?: string; readonly pathIncludes?: string }
  /** How many matching requests it hits; 1 when absent. */
  readonly times?: number
  /** How many matching requests it lets pass first. */
  readonly after?: number
}

/** `commit` says that the vendor does the work before the fault shows. */
type FaultKind =
  | {
      readonly kind: 'status'
      readonly status: number
      /** The vendor's own error shape when absent. */
      readonly body?: unknown
      readonly headers?: Readonly<Record<string, string>>
      readonly commit?: boolean
    }
  | { readonly kind: 'timeout'; readonly commit?: boolean }
  | { readonly kind: 'reset-before' }
  | { readonly kind: 'reset-after' }
  /** Answers so much later, or once the faults are cleared. */
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'html'; readonly status?: number; readonly commit?: boolean }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'garbage'; readonly commit?: boolean }
  | { readonly kind: 'redirect'; readonly to: string; readonly status?: number }
  | {
      readonly kind: 'rate-limit'
      readonly retryAfter?: 'none' | 'seconds' | 'date' | 'body'
      /** The waiting time told; 1 when absent. */
      readonly seconds?: number
    }

export type Fault = FaultAim & FaultKind

type Check = (fault: Readonly<Record<string, unknown>>) => boolean

const fieldChecks: { readonly [Kind in FaultKind['kind']]: Check } = {
  status: (fault) => isStatus(fault.status),
  timeout: () => true,
  'reset-before': () => true,
  'reset-after': () => true,
  delay: (fault) => isCount(fault.ms),
  html: (fault) => fault.status === undefined || isStatus(fault.status),
  truncated: () => true,
  garbage: () => true,
  redirect: (fault) => typeof fault.to === 'string',
  'rate-limit': (fault) => fault.seconds === undefined || isCount(fault.seconds),
}

/** Reads a fault that came as JSON; throws with one sentence when it is none. */
export function parseFault(value: unknown): Fault {
  if (!isFault(value)) {
    throw new Error(
      `A fault is an object with a kind (${Object.keys(fieldChecks).join(', ')}) and the fields of that kind.`,
    )
  }
  return value
}

function isFault(value: unknown): value is Fault {
  if (!isJsonObject(value) || typeof value.kind !== 'string') return false
  if (!Object.hasOwn(fieldChecks, value.kind)) return false
  const aimed = [value.times, value.after].every((count) => count === undefined || isCount(count))
  return aimed && isAim(value.match) && fieldChecks[value.kind as FaultKind['kind']](value)
}

function isAim(match: unknown): boolean {
  if (match === undefined) return true
  if (!isJsonObject(match)) return false
  return [match.method, match.pathIncludes].every((part) => part === undefined || typeof part === 'string')
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0
}

function isStatus(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 200 && value <= 599
}

/** The faults that wait for their requests, oldest first. */
export class FaultQueue {
  #cleared = new AbortController()
  #waiting: { readonly fault: Fault; skip: number; left: number }[] = []

  add(fault: Fault): void {
    this.#waiting.push({ fault, skip: fault.after ?? 0, left: fault.times ?? 1 })
  }

  clear(): void {
    this.#waiting = []
    this.#cleared.abort()
    this.#cleared = new AbortController()
  }

  /** Waits, but no longer than until the faults are cleared. */
  async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#cleared.signal }).catch(() => undefined)
  }

  /** Takes the fault that hits this request, if one does. */
  take(method: string, path: string): Fault | undefined {
    for (const entry of this.#waiting.filter(({ fault }) => isAimedAt(fault, method, path))) {
      if (entry.skip > 0) entry.skip -= 1
      else if (entry.left > 0) {
        entry.left -= 1
        this.#waiting = this.#waiting.filter(({ left }) => left > 0)
        return entry.fault
      }
    }
    return undefined
  }
}

function isAimedAt({ match }: FaultAim, method: string, path: string): boolean {
  if (match?.method !== undefined && match.method.toUpperCase() !== method) return false
  return match?.pathIncludes === undefined || path.includes(match.pathIncludes)
}
