import { type Code, codes } from '../core/codes.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { DiagnosticDocument } from '../report/diagnostic-document.ts'
import type { DriftDocument } from '../report/drift-model.ts'
import { renderDriftText } from '../report/drift-text.ts'
import { renderJson } from '../report/json-text.ts'
import type { Look } from '../report/look.ts'
import { wrapText } from '../report/wrap-text.ts'
import type { Context } from './context.ts'
import { exitCode } from './exit-code.ts'
import type { ReportFormat, Reports } from './reports.ts'

/** Tells what was found on stdout, and in each report that was asked for. */
export async function tellDrift(
  { isJson, look, output }: Context,
  reports: Reports<ReportFormat>,
  document: DriftDocument,
): Promise<void> {
  if (isJson) output.result(`${renderJson(document)}\n`)
  else if (!reports.takesStdout && isTextShown(document)) output.result(renderDrift(document, look))
  await writeDriftReports({ look }, reports, document)
  const isSilent = isJson || look.quiet === true || look.isTerminal !== true
  const isMendable = document.drift.some(({ counted, apply }) => counted && apply.kind !== 'none')
  if (!isSilent && isMendable) output.note('To set it right: hooks-sync apply\n')
}

/** Renders a drift report as it is read below its findings. */
function renderDrift(document: DriftDocument, look: Look): string {
  const gap = document.diagnostics.length > 0 && look.isTerminal === true ? '\n' : ''
  return `${gap}${wrapText(renderDriftText(document, look), look)}`
}

/** Writes each report that was asked for. */
export async function writeDriftReports(
  { look }: Pick<Context, 'look'>,
  reports: Reports<ReportFormat>,
  document: DriftDocument,
): Promise<void> {
  await reports.write({
    text: () => renderDriftText(document, { ...look, color: false }),
    json: () => renderJson(document),
    markdown: async () => (await import('../report/drift-markdown.ts')).renderDriftMarkdown(document),
    html: async () => (await import('../report/html/drift-page.ts')).renderDriftHtml(document),
    junit: async () => (await import('../report/drift-junit.ts')).renderDriftJunit(document),
    sarif: async () => (await import('../report/drift-sarif.ts')).renderDriftSarif(document),
  })
}

/** Returns the exit code of a drift run: what could not be looked at comes before what was found. */
export function driftExitCode({ diagnostics, totals }: DriftDocument): number {
  return exitCode([
    ...(hasFailed({ diagnostics }) ? ['error' as const] : []),
    ...(totals.counted > 0 ? ['changes' as const] : []),
  ])
}

/** Tells whether something could not be looked at. */
export function hasFailed({ diagnostics }: Pick<DriftDocument, 'diagnostics'>): boolean {
  return diagnostics.some(({ severity }) => severity === 'error')
}

/** Takes findings out of a report as those of this run; codes that this version does not have say nothing here. */
export function toDiagnostics(found: readonly DiagnosticDocument[]): readonly Diagnostic[] {
  return found.flatMap(({ code, ...rest }) => (isCode(code) ? [{ code, ...rest }] : []))
}

/** Where the files cannot be used, the findings say it all. */
function isTextShown(document: DriftDocument): boolean {
  return document.accounts.some(({ read }) => read) || !hasFailed(document)
}

function isCode(text: string): text is Code {
  return Object.hasOwn(codes, text)
}
