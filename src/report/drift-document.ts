import type { Change } from '../core/action.ts'
import {
  countedDrift,
  type DriftClass,
  type DriftCoverage,
  type DriftFinding,
  type DriftRemedy,
} from '../core/drift.ts'
import type { Plan } from '../core/plan.ts'
import { toDriftAccounts } from './drift-accounts.ts'
import { fingerprintFindings } from './drift-fingerprint.ts'
import type { DriftApplyDocument, DriftDocument, DriftFindingDocument, DriftGroundDocument } from './drift-model.ts'
import { type DriftRun, toRunDocument } from './drift-run.ts'
import { totalDrift } from './drift-totals.ts'
import { type Mask, makeAccountMask, maskEveryParameter } from './mask-urls.ts'
import { withoutGround } from './plan-checksum.ts'
import { toChangeDocument, toPlanDocument } from './plan-document.ts'

/** What a drift run found, with the plan it was derived from. */
export interface DriftReport {
  readonly plan: Plan
  readonly findings: readonly DriftFinding[]
  readonly coverage?: readonly DriftCoverage[]
  /** The classes that count; those of `--fail-on`, or all that count by themselves. */
  readonly counted?: readonly DriftClass[]
  readonly run?: DriftRun
}

/** Turns a drift run into plain data. */
export function toDriftDocument(report: DriftReport): DriftDocument {
  const { plan, run } = report
  const masks = makeMasks(plan)
  const counted = report.counted ?? countedDrift
  const findings = fingerprintFindings(report.findings.map((finding) => toFinding(finding, masks, counted)))
  const accounts = toDriftAccounts(plan, findings, report.coverage ?? [])
  return {
    ...toPlanDocument(plan),
    command: 'drift',
    ...(run === undefined ? {} : { run: toRunDocument(run) }),
    counted_classes: counted,
    totals: totalDrift(accounts, findings),
    accounts,
    drift: findings,
  }
}

/** Gives the changes of a finding back what their verdicts rest on, for those who word them. */
export function groundedChanges({ changes, grounds = {} }: DriftFindingDocument): readonly Change[] {
  return changes.map((change) => {
    const found = grounds[change.path]
    if (!('secret' in change) || found === undefined) return change
    const { ground, plain } = found
    return {
      ...change,
      ...(ground === undefined ? {} : { ground }),
      ...(plain === undefined ? {} : { isPlain: plain }),
    }
  })
}

/** Makes the masks of all accounts of a plan; an account it does not hold has every parameter hidden. */
function makeMasks(plan: Plan): (provider: string) => Mask {
  const masks = new Map(plan.accounts.map((account) => [account.account.name, makeAccountMask(account)]))
  return (provider) => masks.get(provider) ?? maskEveryParameter
}

function toFinding(
  finding: DriftFinding,
  masks: (provider: string) => Mask,
  counted: readonly DriftClass[],
): Omit<DriftFindingDocument, 'fingerprint'> {
  const hide = masks(finding.provider)
  const { key, id, ids, scope, url, reason, since, sinceFrom, at } = finding
  const grounds = groundsOf(finding)
  return {
    class: finding.class,
    provider: finding.provider,
    ...(key === undefined ? {} : { key }),
    ...(id === undefined ? {} : { id: hide(id) }),
    changes: finding.changes.map((change) => withoutGround(toChangeDocument(change, hide))),
    type: finding.type,
    counted: counted.includes(finding.class),
    ...(ids === undefined ? {} : { ids: ids.map(hide) }),
    ...(scope === undefined ? {} : { scope: hide(scope) }),
    ...(url === undefined ? {} : { url: hide(url) }),
    ...(reason === undefined ? {} : { reason: hide(reason) }),
    ...(since === undefined ? {} : { since }),
    ...(sinceFrom === undefined ? {} : { since_from: sinceFrom }),
    ...(at === undefined ? {} : { at: { file: at.file, line: at.line, column: at.column } }),
    ...(Object.keys(grounds).length === 0 ? {} : { grounds }),
    apply: toApply(finding.remedy, hide),
  }
}

function groundsOf({ changes }: DriftFinding): Readonly<Record<string, DriftGroundDocument>> {
  const grounds = changes.flatMap((change) => {
    if (!('secret' in change) || (change.ground === undefined && change.isPlain === undefined)) return []
    const ground = change.ground === undefined ? {} : { ground: change.ground }
    return [[change.path, { ...ground, ...(change.isPlain === undefined ? {} : { plain: change.isPlain }) }] as const]
  })
  return Object.fromEntries(grounds)
}

function toApply(remedy: DriftRemedy, hide: Mask): DriftApplyDocument {
  const { kind, order, deletes, risk, risks, gap, takesOver, reason, refusals } = remedy
  return {
    kind,
    ...(order === undefined ? {} : { order }),
    deletes,
    risk,
    risks: risks.map(hide),
    ...(gap === undefined ? {} : { gap: hide(gap) }),
    ...(takesOver === undefined ? {} : { takes_over: takesOver }),
    ...(reason === undefined ? {} : { reason: hide(reason) }),
    ...(refusals.length === 0 ? {} : { refused_by: refusals }),
  }
}
