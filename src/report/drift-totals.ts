import { countClasses } from './drift-accounts.ts'
import type { DriftAccountDocument, DriftDocument, DriftFindingDocument, DriftTotals } from './drift-model.ts'
import { driftClasses } from './drift-words.ts'
import { sum } from './summary.ts'

/** Sums up a drift run; of the parts of several runs it makes the numbers of one. */
export function totalDrift(
  accounts: readonly DriftAccountDocument[],
  findings: readonly DriftFindingDocument[],
): DriftTotals {
  const counts = countClasses(findings)
  const read = accounts.flatMap((account) => (account.read ? [account] : []))
  return {
    findings: findings.length,
    counted: findings.filter(({ counted }) => counted).length,
    classes: {
      missing: counts.missing ?? 0,
      changed: counts.changed ?? 0,
      disabled: counts.disabled ?? 0,
      secret: counts.secret ?? 0,
      duplicate: counts.duplicate ?? 0,
      orphaned: counts.orphaned ?? 0,
      unmanaged: counts.unmanaged ?? 0,
      unknown: counts.unknown ?? 0,
      pending: counts.pending ?? 0,
    },
    webhooks: sum(read.map(({ webhooks }) => webhooks)),
    in_line: sum(read.map(({ in_line }) => in_line.length)),
    live: sum(read.map(({ live = 0 }) => live)),
    managed: sum(read.map(({ managed = 0 }) => managed)),
    accounts: accounts.length,
    unread_accounts: accounts.length - read.length,
  }
}

/** Words the stable last line of a drift report. */
export function renderDriftLine({ totals, counted_classes }: DriftDocument): string {
  if (totals.counted === 0) return `No drift. ${totals.in_line} webhooks match.`
  const counts = driftClasses
    .filter((drift) => counted_classes.includes(drift) && totals.classes[drift] > 0)
    .map((drift) => `${totals.classes[drift]} ${drift}`)
  return `Drift: ${counts.join(', ')}. ${totals.in_line} in line, ${totals.classes.unmanaged} unmanaged.`
}
