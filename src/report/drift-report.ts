import { countedDrift, type DriftClass, type DriftFinding, listedDrift } from '../core/drift.ts'
import type { Plan } from '../core/plan.ts'
import { summarize } from './summary.ts'

/** What a drift run found, with the plan it was derived from. */
export interface DriftReport {
  readonly plan: Plan
  readonly findings: readonly DriftFinding[]
  /** The classes that count; those of `--fail-on`, or all that count by themselves. */
  readonly counted?: readonly DriftClass[]
}

/** All classes, in the order reports list them. */
export const driftClasses: readonly DriftClass[] = [...countedDrift, ...listedDrift]

/** What each class means and what an apply would do about it. */
export const driftWords: Readonly<Record<DriftClass, { readonly means: string; readonly remedy: string }>> = {
  missing: { means: 'declared and applied before, gone at the vendor', remedy: 'apply creates it again' },
  changed: { means: 'differs from what the files say', remedy: 'apply sets it back' },
  disabled: {
    means: 'switched off at the vendor',
    remedy: 'apply switches it on again, or recreates it with --allow-recreate',
  },
  secret: {
    means: 'a secret, or what the vendor does not show, is not what the files and the vault say',
    remedy: 'apply writes it',
  },
  duplicate: {
    means: 'delivers every event once more and takes a place where the vendor counts webhooks',
    remedy: 'apply leaves it; --dedupe removes it where nothing is lost',
  },
  orphaned: { means: 'owned, no longer declared, gone at the vendor', remedy: 'apply drops it from the ledger' },
  unmanaged: {
    means: 'live, neither declared nor owned; takes a place where the vendor counts webhooks',
    remedy: 'apply does not touch it; import prints it as YAML',
  },
  unknown: { means: 'cannot be compared', remedy: 'apply leaves it; --write-secrets writes what is hidden' },
  pending: { means: 'the file was edited since the last apply', remedy: 'apply does what the file says' },
}

/** Selects the findings that count as drift. */
export function countedFindings(report: DriftReport): readonly DriftFinding[] {
  const counted = new Set<DriftClass>(report.counted ?? countedDrift)
  return report.findings.filter((finding) => counted.has(finding.class))
}

/** Words the stable last line of a drift report. */
export function renderDriftLine(report: DriftReport): string {
  const counted = countedFindings(report)
  const inLine = countInLine(report)
  if (counted.length === 0) return `No drift. ${inLine} webhooks match.`
  const counts = driftClasses.flatMap((drift) => {
    const count = counted.filter((finding) => finding.class === drift).length
    return count === 0 ? [] : [`${count} ${drift}`]
  })
  return `Drift: ${counts.join(', ')}. ${inLine} in line, ${summarize(report.plan).unmanaged} unmanaged.`
}

// A secret that cannot be compared leaves a webhook in line: nothing is known to differ.
function countInLine(report: DriftReport): number {
  const out = new Set(
    report.findings
      .filter((finding) => finding.class !== 'unknown' && finding.class !== 'unmanaged')
      .map((finding) => `${finding.provider}/${finding.key ?? ''}`),
  )
  const declared = report.plan.accounts
    .flatMap((account) => account.actions)
    .filter((action) => action.kind !== 'delete')
  return declared.filter((action) => !out.has(action.id)).length
}
