import type { Change } from '../core/action.ts'
import type { DriftClass, DriftFinding } from '../core/drift.ts'
import type { Plan } from '../core/plan.ts'
import type { DriftReport } from './drift-report.ts'
import { type Mask, makeAccountMask, maskEveryParameter } from './mask-urls.ts'
import { withoutGround } from './plan-checksum.ts'
import { type PlanDocument, toChangeDocument, toPlanDocument } from './plan-document.ts'

/** The JSON of `drift --json`. */
export interface DriftDocument extends PlanDocument {
  readonly command: 'drift'
  readonly drift: readonly DriftFindingDocument[]
}

export interface DriftFindingDocument {
  readonly class: DriftClass
  readonly provider: string
  readonly key?: string
  readonly id?: string
  readonly changes: readonly Change[]
  readonly type: string
  readonly url?: string
  readonly reason?: string
  readonly since?: string
}

/** Shapes a drift report for JSON output: the plan's document with the findings. */
export function toDriftDocument(report: DriftReport): DriftDocument {
  const masks = makeMasks(report.plan)
  return {
    ...toPlanDocument(report.plan),
    command: 'drift',
    drift: report.findings.map((finding) => withoutGrounds(toFindingDocument(finding, masks))),
  }
}

/** Makes the masks of all accounts of a plan; an account it does not hold has every parameter hidden. */
export function makeMasks(plan: Plan): (provider: string) => Mask {
  const masks = new Map(plan.accounts.map((account) => [account.account.name, makeAccountMask(account)]))
  return (provider) => masks.get(provider) ?? maskEveryParameter
}

function withoutGrounds(finding: DriftFindingDocument): DriftFindingDocument {
  return { ...finding, changes: finding.changes.map(withoutGround) }
}

/** Shapes one finding of a drift report. */
export function toFindingDocument(finding: DriftFinding, masks: (provider: string) => Mask): DriftFindingDocument {
  const hide = masks(finding.provider)
  return {
    class: finding.class,
    provider: finding.provider,
    ...(finding.key === undefined ? {} : { key: finding.key }),
    ...(finding.id === undefined ? {} : { id: hide(finding.id) }),
    changes: finding.changes.map((change) => toChangeDocument(change, hide)),
    type: finding.type,
    ...(finding.url === undefined ? {} : { url: hide(finding.url) }),
    ...(finding.reason === undefined ? {} : { reason: hide(finding.reason) }),
    ...(finding.since === undefined ? {} : { since: finding.since }),
  }
}
