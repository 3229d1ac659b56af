import { renderChange } from './change-text.ts'
import { type DriftFindingDocument, makeMasks, toFindingDocument } from './drift-document.ts'
import { countedFindings, type DriftReport, driftClasses, driftWords, renderDriftLine } from './drift-report.ts'
import { type Look, paint } from './look.ts'
import { safeText } from './safe-text.ts'
import { foundSecretWords } from './secret-text.ts'

/** How many findings of a class are shown before the rest is counted. */
const listed = 20

/** Renders a drift report for people, grouped by class; the last line is stable. */
export function renderDriftText(report: DriftReport, look: Look): string {
  const masks = makeMasks(report.plan)
  const counted = new Set(countedFindings(report).map((finding) => finding.class))
  const groups = driftClasses.flatMap((drift) => {
    const findings = report.findings.filter((finding) => finding.class === drift)
    if (findings.length === 0 || look.quiet === true) return []
    const { means, remedy } = driftWords[drift]
    const heading = paint(look, counted.has(drift) ? 'red' : 'bold', `${findings.length} ${drift}`)
    const shown = look.verbose === true ? findings : findings.slice(0, listed)
    const rest = findings.length - shown.length
    return [
      `${heading}  ${means}; ${remedy}`,
      ...shown.flatMap((finding) => renderFinding(toFindingDocument(finding, masks), look)),
      ...(rest === 0 ? [] : [`  … and ${rest} more (--verbose lists all)`]),
      '',
    ]
  })
  return `${[...groups, paint(look, 'bold', renderDriftLine(report))].join('\n')}\n`
}

function renderFinding(finding: DriftFindingDocument, look: Look): readonly string[] {
  const name = [finding.provider, ...(finding.key === undefined ? [] : [finding.key])].join('/')
  const rest = [finding.id, finding.url].filter((text) => text !== undefined)
  return [
    `  ${[name, ...rest].map(safeText).join('  ')}`,
    ...finding.changes.flatMap((change) => renderChange(change, foundSecretWords, look, '      ')),
    ...(finding.since === undefined ? [] : [`      since: ${safeText(finding.since)}`]),
    ...(finding.reason === undefined ? [] : [`      the vendor says: ${safeText(finding.reason)}`]),
  ]
}
