import { renderChangeMarkdown } from './change-markdown.ts'
import { type DriftFindingDocument, makeMasks, toFindingDocument } from './drift-document.ts'
import { type DriftReport, driftClasses, driftWords, renderDriftLine } from './drift-report.ts'
import { makeDiagnosticBlocks } from './findings-markdown.ts'
import { groupByProvider } from './group-by-provider.ts'
import { assembleMarkdown, codeMarkdown, escapeMarkdown, makeDetails, makeTable } from './markdown.ts'
import { foundSecretWords } from './secret-text.ts'

/** Renders a drift report as a comment for a pull request or an issue. */
export function renderDriftMarkdown(report: DriftReport): string {
  const masks = makeMasks(report.plan)
  const findings = report.findings.map((finding) => toFindingDocument(finding, masks))
  const classes = driftClasses.filter((drift) => findings.some((finding) => finding.class === drift))
  const count = (drift: string): string => String(findings.filter((finding) => finding.class === drift).length)
  const rows = classes.map((drift) => [drift, count(drift), driftWords[drift].means, driftWords[drift].remedy])
  const diagnostics = [...report.plan.diagnostics, ...report.plan.accounts.flatMap((account) => account.diagnostics)]
  return assembleMarkdown(`**${renderDriftLine(report)}**`, [
    ...(rows.length === 0 ? [] : [makeTable(['Class', 'count', 'what it means', 'what apply would do'], rows)]),
    ...makeDiagnosticBlocks(diagnostics),
    ...[...groupByProvider(findings)].map(([name, group]) =>
      makeDetails(codeMarkdown(name), group.flatMap(renderFinding)),
    ),
  ])
}

function renderFinding(finding: DriftFindingDocument): readonly string[] {
  const names = [finding.key, finding.id, finding.url].filter((text) => text !== undefined).map(codeMarkdown)
  return [
    `- ${finding.class} ${names.join(' ')}`,
    ...finding.changes.map((change) => renderChangeMarkdown(change, foundSecretWords)),
    ...(finding.since === undefined ? [] : [`  - since: ${escapeMarkdown(finding.since)}`]),
    ...(finding.reason === undefined ? [] : [`  - the vendor says: ${escapeMarkdown(finding.reason)}`]),
  ]
}
