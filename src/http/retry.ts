import type { Exchange } from './exchange.ts'
import type { HttpOutcome } from './http-error.ts'

/**
 * When a request may be sent again: `idempotent` also after 408, 5xx and connection faults, `only-unprocessed` only
 * when it surely was not processed: after a 429, or when it never left.
 */
export type RetryMode = 'idempotent' | 'only-unprocessed'

/** What to do after an attempt: take the answer, wait because the vendor said so, try again after a fault, give up. */
export type Verdict = 'done' | 'throttled' | 'faulty' | 'failed'

/** Judges one attempt. */
export function judgeExchange(came: Exchange, mode: RetryMode): Verdict {
  if (came.kind === 'answer') return judgeStatus(came.status, mode)
  if (came.isLasting) return 'failed'
  return mode === 'idempotent' || !came.isSent ? 'faulty' : 'failed'
}

function judgeStatus(status: number, mode: RetryMode): Verdict {
  if (status < 300) return 'done'
  if (status === 429) return 'throttled'
  return mode === 'idempotent' && isVendorFault(status) ? 'faulty' : 'failed'
}

/** Tells what is known about the effect of an attempt that did not succeed. */
export function outcomeOf(came: Exchange): HttpOutcome {
  if (came.kind !== 'answer') return came.isSent ? 'unknown' : 'not-sent'
  // A 303 follows a request that was processed; 307 and 308 ask to send it elsewhere.
  const isRefusal = (came.status >= 400 && !isVendorFault(came.status)) || came.status === 307 || came.status === 308
  return isRefusal ? 'refused' : 'unknown'
}

/** A 408 counts as the vendor's fault: what sent it may be a proxy that had already passed the request on. */
function isVendorFault(status: number): boolean {
  return status === 408 || status >= 500
}
