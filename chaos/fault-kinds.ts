import type { Fault } from '../src/sandbox/index.ts'

/** A fault without an aim, and what to call it. */
export interface FaultCase {
  readonly name: string
  readonly fault: Fault
  /** Whether it differs from another one only in what the vendor has done. */
  readonly isAboutWrites: boolean
}

const statuses = [400, 401, 403, 404, 409, 422, 500, 503]

const faults: readonly Fault[] = [
  ...statuses.map((status): Fault => ({ kind: 'status', status })),
  { kind: 'status', status: 500, commit: true },
  { kind: 'timeout' },
  { kind: 'timeout', commit: true },
  { kind: 'reset-before' },
  { kind: 'reset-after' },
  { kind: 'delay', ms: 40 },
  { kind: 'html' },
  { kind: 'html', commit: true },
  { kind: 'truncated' },
  { kind: 'garbage' },
  { kind: 'garbage', commit: true },
  { kind: 'redirect', to: 'http://127.0.0.1:9/elsewhere' },
  ...(['none', 'seconds', 'date', 'body'] as const).map((retryAfter): Fault => ({ kind: 'rate-limit', retryAfter })),
]

/** Every kind of fault that the sandbox knows, in each form that a client could take differently. */
export const faultCases: readonly FaultCase[] = faults.map((fault) => ({
  name: nameOf(fault),
  fault,
  isAboutWrites: isCommitted(fault) || fault.kind === 'reset-after',
}))

function nameOf(fault: Fault): string {
  const { kind } = fault
  const form = kind === 'status' ? ` ${fault.status}` : kind === 'rate-limit' ? ` told by ${fault.retryAfter}` : ''
  return `${kind}${form}${isCommitted(fault) ? ' after the work' : ''}`
}

function isCommitted(fault: Fault): boolean {
  return 'commit' in fault && fault.commit
}
