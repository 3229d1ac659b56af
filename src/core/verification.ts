import type { Position } from './diagnostic.ts'

/**
 * What a receiver has to show.
 * - `accepts`: it takes a delivery that is signed as the vendor signs, or not signed where no secret is declared.
 * - `refuses-forged`, `refuses-unsigned`: it takes none whose signature is wrong, or missing.
 * - `test-event`: the vendor takes the order to send its own test event.
 */
export type CheckName = 'accepts' | 'refuses-forged' | 'refuses-unsigned' | 'test-event'

/** What one check of a receiver came to. Holds no secret; texts of the receiver are as it sent them. */
export interface ReceiverCheck {
  readonly name: CheckName
  /** `doubtful`: it is told, and the receiver passes all the same. `skipped`: it could not be tried. */
  readonly outcome: 'passed' | 'failed' | 'doubtful' | 'skipped'
  /** One sentence without its subject, the receiver: `answers 401 to …`. */
  readonly message: string
  readonly hint?: string
  readonly status?: number
  readonly latencyMs?: number
  readonly tls?: { readonly protocol: string; readonly validTo?: string }
  /** The beginning of what it answered. */
  readonly body?: string
}

/** One declared receiver, and what it showed. */
export interface VerifiedReceiver {
  readonly provider: string
  readonly type: string
  readonly key: string
  /** The receiver without its secret parameters. */
  readonly url: string
  readonly event: string
  readonly at?: Position
  readonly checks: readonly ReceiverCheck[]
}

/** How a receiver did as a whole: `skipped` where nothing could be tried. */
export function verdictOf({ checks }: VerifiedReceiver): 'passed' | 'failed' | 'skipped' {
  if (checks.some(({ outcome }) => outcome === 'failed')) return 'failed'
  return checks.some(({ outcome }) => outcome === 'passed' || outcome === 'doubtful') ? 'passed' : 'skipped'
}
