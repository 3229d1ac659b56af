import type { DriftAccountDocument, DriftDocument } from '../../report/drift-model.ts'
import type { VendorCall } from '../options.ts'

/** What a run of the service came to. */
export type WatchOutcome = 'in_line' | 'drift' | 'failed'

export const watchOutcomes: readonly WatchOutcome[] = ['in_line', 'drift', 'failed']

/** A run that is over. */
export interface WatchedRun {
  readonly outcome: WatchOutcome
  /** When it ended, in milliseconds since 1970. */
  readonly endedAt: number
  readonly durationMs: number
  /** Absent where the run came to no report. */
  readonly document?: DriftDocument
}

/** What a service has counted since it was started, and what it knows of each account. */
export interface WatchTally {
  countCall(call: Pick<VendorCall, 'provider' | 'status'>): void
  countNotifications(counts: WatchFigures['notifications']): void
  endRun(run: WatchedRun): void
  read(): WatchFigures
}

export interface WatchFigures {
  readonly runs: Readonly<Record<WatchOutcome, number>>
  readonly durationMs: number
  readonly last?: WatchedRun
  /** When a run ended last in which nothing failed. */
  readonly lastSuccessAt?: number
  readonly counted: DriftDocument['counted_classes']
  /** By name; what an account was when it was last looked at. */
  readonly accounts: ReadonlyMap<string, DriftAccountDocument>
  readonly calls: readonly { readonly account: string; readonly status: string; readonly count: number }[]
  readonly notifications: Readonly<Record<'delivered' | 'failed', number>>
}

/** Starts to count. */
export function makeWatchTally(): WatchTally {
  const runs: Record<WatchOutcome, number> = { in_line: 0, drift: 0, failed: 0 }
  const notifications = { delivered: 0, failed: 0 }
  const calls = new Map<string, { readonly account: string; readonly status: string; count: number }>()
  let durationMs = 0
  let last: WatchedRun | undefined
  let lastSuccessAt: number | undefined
  let known: Pick<DriftDocument, 'accounts' | 'counted_classes'> = { accounts: [], counted_classes: [] }
  return {
    countCall: ({ provider: account, status }) => {
      const about = { account, status: statusClass(status) }
      const id = JSON.stringify(about)
      const call = calls.get(id) ?? { ...about, count: 0 }
      call.count += 1
      calls.set(id, call)
    },
    countNotifications: ({ delivered, failed }) => {
      notifications.delivered += delivered
      notifications.failed += failed
    },
    endRun: (run) => {
      runs[run.outcome] += 1
      durationMs += run.durationMs
      last = run
      if (run.outcome !== 'failed') lastSuccessAt = run.endedAt
      // Files that cannot be used say nothing of what is live.
      if (run.document !== undefined && run.document.accounts.length > 0) known = run.document
    },
    read: () => ({
      runs: { ...runs },
      durationMs,
      ...(last === undefined ? {} : { last }),
      ...(lastSuccessAt === undefined ? {} : { lastSuccessAt }),
      counted: known.counted_classes,
      accounts: new Map(known.accounts.map((account) => [account.provider, account])),
      calls: [...calls.values()],
      notifications: { ...notifications },
    }),
  }
}

/** What got no answer at all is a class of its own. */
function statusClass(status: number | undefined): string {
  return status === undefined ? 'none' : `${Math.floor(status / 100)}xx`
}
