import { sortDiagnostics } from '../core/diagnostic.ts'
import type { Plan, Refusal } from '../core/plan.ts'
import type { DiagnosticDocument } from './diagnostic-document.ts'
import { renderPlace, withoutSubject } from './diagnostic-text.ts'
import { codeMarkdown, escapeMarkdown, type MarkdownBlock, makeDetails, makeSection } from './markdown.ts'

/** Lists why a plan is refused: what was counted, the limit and the flag. */
export function makeRefusalBlocks(plan: Plan): readonly MarkdownBlock[] {
  const refusals = plan.accounts.flatMap((account) => account.refusals)
  if (refusals.length === 0) return []
  return [makeSection('**Refused.** Nothing is written anywhere until this is settled:', refusals.map(renderRefusal))]
}

/** Lists findings: errors in sight, warnings folded away. */
export function makeDiagnosticBlocks(findings: readonly DiagnosticDocument[]): readonly MarkdownBlock[] {
  const sorted = sortDiagnostics(findings)
  const errors = sorted.filter((found) => found.severity === 'error').map(renderFinding)
  const warnings = sorted.filter((found) => found.severity === 'warning').map(renderFinding)
  return [
    ...(errors.length === 0 ? [] : [makeSection(`**Errors: ${errors.length}**`, errors)]),
    ...(warnings.length === 0 ? [] : [makeDetails(`Warnings: ${warnings.length}`, warnings)]),
  ]
}

function renderRefusal(refusal: Refusal): string {
  const about = refusal.key === undefined ? refusal.provider : `${refusal.provider}/${refusal.key}`
  const counted = [
    ...(refusal.count === undefined ? [] : [`counted: ${refusal.count}`]),
    ...(refusal.limit === undefined ? [] : [`limit: ${refusal.limit}`]),
    refusal.flag === undefined ? 'no flag allows this' : `allowed by: ${codeMarkdown(refusal.flag)}`,
  ]
  const hint = refusal.hint === undefined ? '' : ` ${escapeMarkdown(refusal.hint)}`
  return `- **${refusal.code}** ${codeMarkdown(about)} ${escapeMarkdown(withoutSubject(refusal.message, about))} (${counted.join(', ')})${hint}`
}

function renderFinding(found: DiagnosticDocument): string {
  const place = renderPlace(found)
  const hint = found.hint === undefined ? '' : ` ${escapeMarkdown(found.hint)}`
  return `- **${found.code}** ${place === undefined ? '' : `${codeMarkdown(place)} `}${escapeMarkdown(withoutSubject(found.message, place))}${hint}`
}
