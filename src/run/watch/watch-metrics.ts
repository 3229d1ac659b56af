import type { DriftAccountDocument, ReadAccountDocument } from '../../report/drift-model.ts'
import { driftClasses } from '../../report/drift-words.ts'
import type { Metric, Sample } from '../../report/metrics-text.ts'
import { version } from '../version.ts'
import { type WatchFigures, watchOutcomes } from './watch-tally.ts'

/** Shapes what a service has counted for Prometheus. */
export function toWatchMetrics(figures: WatchFigures, everyMs: number): readonly Metric[] {
  return [...accountMetrics(figures), ...runMetrics(figures, everyMs), ...callMetrics(figures)]
}

function accountMetrics({ accounts, counted }: WatchFigures): readonly Metric[] {
  const all = [...accounts.values()]
  const read = all.flatMap((account) => (account.read ? [account] : []))
  return [
    {
      name: 'hooks_sync_drift_findings',
      help: 'Findings of the last run that could read the account; classes that do not count as drift only where there are any.',
      type: 'gauge',
      samples: read.flatMap((account) => findingSamples(account, counted)),
    },
    perAccount(
      'hooks_sync_webhooks_live',
      'Webhooks that are live, in objects of the vendor.',
      read,
      ({ live }) => live,
    ),
    perAccount(
      'hooks_sync_webhooks_managed',
      'Of those, how many are declared or owned.',
      read,
      ({ managed }) => managed,
    ),
    perAccount('hooks_sync_webhooks_declared', 'Declared webhooks that were compared.', read, (one) => one.webhooks),
    perAccount('hooks_sync_webhooks_in_line', 'Of those, how many match.', read, ({ in_line }) => in_line.length),
    perAccount('hooks_sync_account_read', 'Whether the last run could read the account.', all, (one) =>
      Number(one.read),
    ),
  ]
}

function perAccount<Account extends DriftAccountDocument>(
  name: string,
  help: string,
  accounts: readonly Account[],
  valueOf: (account: Account) => number | undefined,
): Metric {
  const samples = accounts.flatMap((account) => {
    const value = valueOf(account)
    return value === undefined ? [] : [{ labels: { account: account.provider }, value }]
  })
  return { name, help, type: 'gauge', samples }
}

/** A series that comes and goes cannot be alerted on: what counts is told also where there is none. */
function findingSamples(
  { provider, classes }: ReadAccountDocument,
  counted: WatchFigures['counted'],
): readonly Sample[] {
  return driftClasses
    .filter((found) => counted.includes(found) || (classes[found] ?? 0) > 0)
    .map((found) => ({ labels: { class: found, account: provider }, value: classes[found] ?? 0 }))
}

function runMetrics({ runs, durationMs, last, lastSuccessAt }: WatchFigures, everyMs: number): readonly Metric[] {
  const count = Object.values(runs).reduce((sum, number) => sum + number, 0)
  return [
    gauge('hooks_sync_last_success_timestamp_seconds', 'End of the last run in which nothing failed.', lastSuccessAt),
    gauge('hooks_sync_last_run_timestamp_seconds', 'End of the last run.', last?.endedAt),
    gauge('hooks_sync_last_run_duration_seconds', 'How long the last run took.', last?.durationMs),
    gauge('hooks_sync_watch_interval_seconds', 'How often runs are wanted.', everyMs),
    {
      name: 'hooks_sync_runs_total',
      help: 'Runs by what they came to.',
      type: 'counter',
      samples: watchOutcomes.map((outcome) => ({ labels: { outcome }, value: runs[outcome] })),
    },
    {
      name: 'hooks_sync_run_duration_seconds',
      help: 'How long runs take.',
      type: 'summary',
      samples: [
        { suffix: '_sum', value: durationMs / 1000 },
        { suffix: '_count', value: count },
      ],
    },
  ]
}

function callMetrics({ calls, notifications }: WatchFigures): readonly Metric[] {
  return [
    {
      name: 'hooks_sync_vendor_calls_total',
      help: 'Attempts of vendor calls by the class of their status; none where there was no answer.',
      type: 'counter',
      samples: calls.map(({ account, status, count }) => ({ labels: { account, status }, value: count })),
    },
    {
      name: 'hooks_sync_notifications_total',
      help: 'Notifications by whether they were taken.',
      type: 'counter',
      samples: Object.entries(notifications).map(([outcome, value]) => ({ labels: { outcome }, value })),
    },
    {
      name: 'hooks_sync_build_info',
      help: 'Which version runs.',
      type: 'gauge',
      samples: [{ labels: { version }, value: 1 }],
    },
  ]
}

/** A time or a duration, in seconds as Prometheus wants them. */
function gauge(name: string, help: string, ms: number | undefined): Metric {
  return { name, help, type: 'gauge', samples: ms === undefined ? [] : [{ value: ms / 1000 }] }
}
