import { compareText } from '../core/diagnostic.ts'
import type { DriftClass, DriftCoverage } from '../core/drift.ts'
import type { AccountPlan, Plan } from '../core/plan.ts'
import type { DriftAccountDocument, DriftFindingDocument, ReadAccountDocument } from './drift-model.ts'
import { groupByProvider } from './group-by-provider.ts'

/** Tells of each account what was found, and how much of it is looked after. */
export function toDriftAccounts(
  plan: Plan,
  findings: readonly DriftFindingDocument[],
  coverage: readonly DriftCoverage[],
): readonly DriftAccountDocument[] {
  const groups = groupByProvider(findings)
  const covered = new Map(coverage.map((found) => [found.provider, found]))
  const read = plan.accounts.map((account) => {
    const { name } = account.account
    return toAccount(account, groups.get(name) ?? [], covered.get(name))
  })
  const names = new Set(read.map(({ provider }) => provider))
  const failed = plan.diagnostics.flatMap((found) => (found.severity === 'error' ? (found.provider ?? []) : []))
  const unread = [...new Set(failed)].filter((name) => !names.has(name))
  return [...read, ...unread.map((provider) => ({ provider, read: false as const }))].toSorted((a, b) =>
    compareText(a.provider, b.provider),
  )
}

function toAccount(
  { account, definition, actions }: AccountPlan,
  findings: readonly DriftFindingDocument[],
  coverage: DriftCoverage | undefined,
): ReadAccountDocument {
  const declared = actions.filter((action) => action.kind !== 'delete').map(({ key }) => key)
  const out = new Set(findings.filter(isOutOfLine).map(({ key }) => key))
  const { at } = account
  return {
    provider: account.name,
    read: true,
    type: definition.type,
    title: definition.title,
    ...(at === undefined ? {} : { at: { file: at.file, line: at.line, column: at.column } }),
    webhooks: declared.length,
    in_line: declared.filter((key) => !out.has(key)),
    ...(coverage === undefined ? {} : { live: coverage.live, managed: coverage.managed }),
    ...(coverage?.scopes === undefined ? {} : { scopes: coverage.scopes }),
    classes: countClasses(findings),
  }
}

// A secret that cannot be compared leaves a webhook in line: nothing is known to differ.
function isOutOfLine({ class: found }: DriftFindingDocument): boolean {
  return found !== 'unknown' && found !== 'unmanaged'
}

/** Counts findings by their class. */
export function countClasses(
  findings: readonly Pick<DriftFindingDocument, 'class'>[],
): Readonly<Partial<Record<DriftClass, number>>> {
  const counts: Partial<Record<DriftClass, number>> = {}
  for (const { class: found } of findings) counts[found] = (counts[found] ?? 0) + 1
  return counts
}
