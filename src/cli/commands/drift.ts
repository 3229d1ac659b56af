import { hasErrors } from '../../core/diagnostic.ts'
import type { DriftClass } from '../../core/drift.ts'
import { toDriftDocument } from '../../report/drift-document.ts'
import { compareWithHistory, toHistoryLine } from '../../report/drift-history.ts'
import type { DriftDocument } from '../../report/drift-model.ts'
import { renderDriftText } from '../../report/drift-text.ts'
import { driftClasses } from '../../report/drift-words.ts'
import { renderJson } from '../../report/json-text.ts'
import { scrubTexts } from '../../report/scrub-texts.ts'
import { drift } from '../../sync.ts'
import type { Context } from '../context.ts'
import { describeRun } from '../describe-run.ts'
import { exitCode } from '../exit-code.ts'
import { usageError } from '../flags.ts'
import { openHistory } from '../history-file.ts'
import { readSyncOptions } from '../options.ts'
import { makeProgress } from '../progress.ts'
import { refuseOffline } from '../refuse-offline.ts'
import { driftFormats, openReports, type ReportFormat, type Reports } from '../reports.ts'
import { isShown, planFindings } from './plan.ts'

/** Runs `hooks-sync drift`. */
export async function run(context: Context): Promise<number> {
  const { flags, signals } = context
  refuseOffline(context)
  const counted = readFailOn(flags.list('fail-on'))
  const reports = await openReports(context, driftFormats)
  const history = await openHistory(context)
  const progress = makeProgress(context)
  const options = await readSyncOptions(context, progress.emit)
  const found = await drift(options)
  progress.end()
  signals.stop.throwIfAborted()
  const thisRun = describeRun(context, options)
  const report = { ...found, run: thisRun, ...(counted.length === 0 ? {} : { counted }) }
  const document = scrubTexts(toDriftDocument(report), (text) => context.output.scrub(text))
  const compared = history === undefined ? document : compareWithHistory(document, history.history, thisRun.at)
  context.report(planFindings(found.plan))
  await tell(context, reports, compared, isShown(found.plan))
  await history?.append(toHistoryLine(compared, thisRun.at))
  return exitCode([
    ...(hasErrors(planFindings(found.plan)) ? ['error' as const] : []),
    ...(compared.totals.counted > 0 ? ['changes' as const] : []),
  ])
}

/** Tells what was found on stdout, and in each report that was asked for. */
async function tell(
  { isJson, look, output }: Context,
  reports: Reports<ReportFormat>,
  document: DriftDocument,
  isTextShown: boolean,
): Promise<void> {
  if (isJson) output.result(`${renderJson(document)}\n`)
  else if (!reports.takesStdout && isTextShown) output.result(renderDriftText(document, look))
  await reports.write({
    text: () => renderDriftText(document, { ...look, color: false }),
    json: () => renderJson(document),
    markdown: async () => (await import('../../report/drift-markdown.ts')).renderDriftMarkdown(document),
    html: async () => (await import('../../report/html/drift-page.ts')).renderDriftHtml(document),
    junit: async () => (await import('../../report/drift-junit.ts')).renderDriftJunit(document),
    sarif: async () => (await import('../../report/drift-sarif.ts')).renderDriftSarif(document),
  })
}

function readFailOn(lists: readonly string[]): readonly DriftClass[] {
  const names = lists.flatMap((list) => list.split(',')).map((name) => name.trim())
  return names.map((name) => {
    const known = driftClasses.find((drift) => drift === name)
    if (known === undefined) {
      throw usageError(`--fail-on does not know the class "${name}".`, `The classes are ${driftClasses.join(', ')}.`)
    }
    return known
  })
}
