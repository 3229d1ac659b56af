import { hasErrors } from '../../core/diagnostic.ts'
import type { DriftClass } from '../../core/drift.ts'
import { type DriftReport, toDriftDocument } from '../../report/drift-document.ts'
import { renderDriftMarkdown } from '../../report/drift-markdown.ts'
import { renderDriftText } from '../../report/drift-text.ts'
import { driftClasses } from '../../report/drift-words.ts'
import { renderJson } from '../../report/json-text.ts'
import { drift } from '../../sync.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { usageError } from '../flags.ts'
import { readSyncOptions } from '../options.ts'
import { makeProgress } from '../progress.ts'
import { refuseOffline } from '../refuse-offline.ts'
import { openReports } from '../reports.ts'
import { isShown, planFindings } from './plan.ts'

/** Runs `hooks-sync drift`. */
export async function run(context: Context): Promise<number> {
  const { flags, look, output, signals } = context
  refuseOffline(context)
  const counted = readFailOn(flags.list('fail-on'))
  const reports = await openReports(context)
  const progress = makeProgress(context)
  const found = await drift(await readSyncOptions(context, progress.emit))
  progress.end()
  signals.stop.throwIfAborted()
  const report: DriftReport = { ...found, ...(counted.length === 0 ? {} : { counted }) }
  const document = toDriftDocument(report)
  context.report(planFindings(report.plan))
  if (context.isJson) output.result(`${renderJson(document)}\n`)
  else if (!reports.takesStdout && isShown(report.plan)) output.result(renderDriftText(document, look))
  await reports.write({
    text: () => renderDriftText(document, { ...look, color: false }),
    json: () => renderJson(document),
    markdown: () => renderDriftMarkdown(document),
  })
  const hasDrift = document.totals.counted > 0
  return exitCode([
    ...(hasErrors(planFindings(report.plan)) ? ['error' as const] : []),
    ...(hasDrift ? ['changes' as const] : []),
  ])
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
