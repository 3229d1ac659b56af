import { type Diagnostic, hasErrors } from '../../core/diagnostic.ts'
import { isRefused, type Plan } from '../../core/plan.ts'
import { toRunDocument } from '../../report/drift-run.ts'
import { renderJson } from '../../report/json-text.ts'
import type { Look } from '../../report/look.ts'
import { toPlanDocument } from '../../report/plan-document.ts'
import { renderPlanMarkdown } from '../../report/plan-markdown.ts'
import { renderPlanText } from '../../report/plan-text.ts'
import { hasChanges } from '../../report/summary.ts'
import { wrapText } from '../../report/wrap-text.ts'
import type { SyncOptions } from '../../run/options.ts'
import { makePlanFile } from '../../run/plan-file.ts'
import { plan as makePlan, planWithoutNetwork } from '../../sync.ts'
import { quoteWord } from '../ask.ts'
import type { Context } from '../context.ts'
import { describeRun } from '../describe-run.ts'
import { type Ending, exitCode } from '../exit-code.ts'
import { usageError } from '../flags.ts'
import { readSyncOptions } from '../options.ts'
import { makeProgress } from '../progress.ts'
import { openReports, planFormats } from '../reports.ts'
import { writeFileSafely } from '../write-file-safely.ts'

/** Runs `hooks-sync plan`. */
export async function run(context: Context): Promise<number> {
  const { flags, look, output, signals } = context
  const isOffline = flags.isOn('offline')
  checkOut(context, isOffline)
  const reports = await openReports(context, planFormats)
  const progress = makeProgress(context)
  const options = await readSyncOptions(context, progress.emit)
  const plan = await (isOffline ? planWithoutNetwork(options) : makePlan(options))
  progress.end()
  signals.stop.throwIfAborted()
  const findings = planFindings(plan)
  context.report(findings)
  if (context.isJson) output.result(`${renderJson(toPlanDocument(plan))}\n`)
  else if (!reports.takesStdout && isShown(plan)) output.result(renderPlan(plan, findings, look))
  await reports.write({
    text: () => renderPlanText(plan, { ...look, color: false }),
    json: () => renderJson(toPlanDocument(plan)),
    markdown: () => renderPlanMarkdown(plan, (text) => output.scrub(text)),
    html: async () => {
      const { renderPlanHtml } = await import('../../report/html/plan-page.ts')
      return renderPlanHtml(plan, {
        run: toRunDocument(describeRun(context, options)),
        scrub: (text) => output.scrub(text),
      })
    },
  })
  const endings = endingsOf(plan, flags.isOn('detailed-exitcode'))
  if (endings.every((ending) => ending === 'changes')) {
    await save(context, plan, options)
    if (hasChanges(plan)) tellNext(context)
  }
  return exitCode(endings)
}

/** Renders a plan as it is read below its findings. */
export function renderPlan(plan: Plan, findings: readonly Diagnostic[], look: Look): string {
  const gap = findings.length > 0 && look.isTerminal === true ? '\n' : ''
  return `${gap}${wrapText(renderPlanText(plan, look), look)}`
}

/** Lists all findings of a plan. */
export function planFindings(plan: Plan): readonly Diagnostic[] {
  return [...plan.diagnostics, ...plan.accounts.flatMap((account) => account.diagnostics)]
}

/** Tells whether a plan has anything to show: where the files cannot be used, the findings say it all. */
export function isShown(plan: Plan): boolean {
  return plan.accounts.length > 0 || !hasErrors(plan.diagnostics)
}

function endingsOf(plan: Plan, isDetailed: boolean): readonly Ending[] {
  return [
    ...(hasErrors(planFindings(plan)) ? ['error' as const] : []),
    ...(isRefused(plan) ? ['refused' as const] : []),
    ...(isDetailed && hasChanges(plan) ? ['changes' as const] : []),
  ]
}

function checkOut({ flags }: Context, isOffline: boolean): void {
  if (flags.value('out') === undefined) return
  if (isOffline) {
    throw usageError(
      'A plan made with --offline cannot be saved.',
      'It knows nothing of what is live; leave out --offline.',
      'HS6003',
    )
  }
  if (flags.isOn('no-ledger')) {
    const hint = 'Leave out --no-ledger: applying it must know what is owned.'
    throw usageError('A plan made with --no-ledger cannot be saved.', hint, 'HS6004')
  }
}

/** Tells whoever sits at the terminal how to go on, with the flags that made the plan. */
function tellNext({ flags, isJson, look, output }: Context): void {
  if (isJson || look.quiet === true || look.isTerminal !== true || flags.value('out') !== undefined) return
  const given = process.argv.slice(3).filter((word) => word !== '--detailed-exitcode')
  output.note(`To carry it out: ${['hooks-sync', 'apply', ...given.map(quoteWord)].join(' ')}\n`)
}

async function save(context: Context, plan: Plan, options: SyncOptions): Promise<void> {
  const name = context.flags.value('out')
  if (name === undefined) return
  if (plan.diagnostics.some(({ code }) => code === 'HS2013')) {
    context.output.note(`${name} is not written: the plan knows nothing of what is live.\n`)
    return
  }
  await writeFileSafely(context, name, `${renderJson(makePlanFile(plan, options))}\n`)
  if (context.look.quiet !== true) context.output.note(`Saved as ${name}. To apply it: hooks-sync apply ${name}\n`)
}
