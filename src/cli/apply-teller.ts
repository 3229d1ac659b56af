import { type Diagnostic, hasErrors } from '../core/diagnostic.ts'
import type { ApplySummary, RunEvent } from '../core/outcome.ts'
import type { Plan } from '../core/plan.ts'
import type { AppliedRun } from '../notify/apply-notice.ts'
import { type ApplyLine, toApplyLine, toSummaryLine } from '../report/apply-json.ts'
import { renderApplyMarkdown } from '../report/apply-markdown.ts'
import { isComplete, renderApplySummary } from '../report/apply-text.ts'
import { toRunDocument } from '../report/drift-run.ts'
import { renderJson, renderJsonLine } from '../report/json-text.ts'
import type { Look } from '../report/look.ts'
import { toPlanDocument } from '../report/plan-document.ts'
import { renderPlanMarkdown } from '../report/plan-markdown.ts'
import { renderPlanText } from '../report/plan-text.ts'
import { wrapText } from '../report/wrap-text.ts'
import { isShown, planFindings, renderPlan } from './commands/plan.ts'
import type { Context } from './context.ts'
import { describeRun } from './describe-run.ts'
import { type Ending, exitCode } from './exit-code.ts'
import { makeEmptyPlan, nothingDone } from './failure-document.ts'
import { makeProgress, type Progress } from './progress.ts'
import type { PlanFormat, Reports } from './reports.ts'
import { explainMistake, traceOf } from './tell-failure.ts'

/** Tells an apply as it goes, in words or as JSON Lines, and what it came to. */
export class ApplyTeller {
  readonly #context: Context
  readonly #reports: Reports<PlanFormat>
  readonly #progress: Progress
  readonly #events: RunEvent[] = []
  readonly #endings: Ending[] = []
  #plan: Plan | undefined
  #summary: ApplySummary | undefined

  constructor(context: Context, reports: Reports<PlanFormat>) {
    this.#context = context
    this.#reports = reports
    this.#progress = makeProgress(context)
  }

  /** Takes what the run reports. */
  emit(event: RunEvent): void {
    this.#events.push(event)
    this.#progress.emit(event)
    // An account that cannot be read is told with the plan.
    if (event.type !== 'account_failed') this.#writeLine(toApplyLine(event))
  }

  /** Tells the plan, once. */
  tellPlan(plan: Plan): void {
    if (this.#plan !== undefined) return
    this.#plan = plan
    const findings = planFindings(plan)
    this.#context.report(findings)
    if (this.#isText() && isShown(plan)) this.#context.output.result(renderPlan(plan, findings, this.#context.look))
    this.#writeLine(toApplyLine({ type: 'plan', plan }))
  }

  /** Tells findings that came up after the plan. */
  tellFindings(found: readonly Diagnostic[]): void {
    this.#context.report(found)
    for (const diagnostic of found) {
      this.#events.push({ type: 'diagnostic', diagnostic })
      this.#writeLine(toApplyLine({ type: 'diagnostic', diagnostic }))
    }
  }

  /** Ends a run in which nothing is carried out. */
  refuse(ending: Ending): undefined {
    this.#endings.push(ending)
  }

  /** Tells that what was decided is carried out now. */
  begin(plan: Plan): void {
    // What is done stands apart from what was planned.
    if (this.#isText() && this.#context.noteLook.isTerminal === true) this.#context.output.note('\n')
    this.#progress.begin(plan)
  }

  tellSummary(summary: ApplySummary): void {
    this.#summary = summary
    if (!isComplete(summary)) this.#endings.push(this.#unfinished())
  }

  /** Tells how to take back what was done. */
  tellUndo(path: string): void {
    if (this.#context.noteLook.quiet !== true) this.#context.output.note(`To undo it: hooks-sync apply ${path}\n`)
  }

  /** Tells an error that ended the run; what was done before it counts. */
  tellFailure(error: unknown): void {
    this.#endings.push(this.#unfinished())
    if (this.#isInterrupted()) return
    this.tellFindings(explainMistake(error))
    if (this.#context.look.verbose === true) this.#context.output.note(traceOf(error))
  }

  /** Tells the end, and answers with the exit code. */
  async end(): Promise<number> {
    const { output, signals } = this.#context
    this.#progress.end()
    const errors = this.#plan === undefined ? [] : planFindings(this.#plan).filter((found) => hasErrors([found]))
    const isStale = errors.every(({ code }) => code === 'HS3017')
    if (errors.length > 0) this.#endings.push(isStale ? 'stale' : this.#unfinished())
    if (this.#isInterrupted()) this.tellFindings([interrupted])
    const code = exitCode([...this.#endings, ...signals.endings])
    await this.#writeReports(code)
    if (this.#isText() && this.#hasSummary()) output.result(this.#renderSummary(this.#context.look))
    if (code !== 0 && !this.#begun() && !this.#context.isJson) output.note('Nothing was written.\n')
    this.#writeLine(toSummaryLine(this.#counted(), code))
    return code
  }

  /** What those are told who were not there. */
  applied(code: number): AppliedRun {
    const run = toRunDocument(describeRun(this.#context))
    const planned = this.#plan === undefined ? [] : planFindings(this.#plan)
    const later = this.#events.flatMap((event) => (event.type === 'diagnostic' ? [event.diagnostic] : []))
    const findings = [...planned, ...later].filter((found) => hasErrors([found]) && found !== interrupted)
    const refusals = this.#plan?.accounts.flatMap((account) => account.refusals) ?? []
    return {
      summary: this.#counted(),
      events: this.#events,
      exitCode: code,
      findings: [...findings, ...refusals].map(({ code, message, provider, key }) => ({
        code,
        message,
        ...(provider === undefined ? {} : { provider }),
        ...(key === undefined ? {} : { key }),
      })),
      run,
    }
  }

  #writeLine(line: ApplyLine | undefined): void {
    if (line !== undefined && this.#context.isJson) this.#context.output.result(`${renderJsonLine(line)}\n`)
  }

  #isText(): boolean {
    return !this.#context.isJson && !this.#reports.takesStdout
  }

  #isInterrupted(): boolean {
    return this.#context.signals.endings.length > 0
  }

  /** A run that had nothing to carry out ends with the line of its plan. */
  #hasSummary(): boolean {
    return this.#begun() && (this.#events.some(isOutcome) || !isComplete(this.#counted()))
  }

  #begun(): boolean {
    return this.#summary !== undefined || this.#events.some(isOutcome)
  }

  #unfinished(): Ending {
    return hasDone(this.#counted()) ? 'in-part' : 'error'
  }

  /** The summary; where the run broke off before it came to one, what its events tell. */
  #counted(): ApplySummary {
    return this.#summary ?? countEvents(this.#events, this.#isInterrupted())
  }

  #renderSummary(look: Look): string {
    return wrapText(renderApplySummary(this.#counted(), look, this.#events), look)
  }

  async #renderPage(plan: Plan): Promise<string> {
    const run = toRunDocument(describeRun(this.#context))
    const options = { run, scrub: (text: string) => this.#context.output.scrub(text) }
    if (!this.#hasSummary()) return (await import('../report/html/plan-page.ts')).renderPlanHtml(plan, options)
    const { renderApplyHtml } = await import('../report/html/apply-page.ts')
    return renderApplyHtml(plan, this.#counted(), this.#events, options)
  }

  async #writeReports(code: number): Promise<void> {
    const plan = this.#plan ?? makeEmptyPlan([])
    const plain = { ...this.#context.look, color: false, isTerminal: false }
    const outcomes = this.#events.filter(isOutcome).map(toApplyLine)
    await this.#reports.write({
      text: () => `${renderPlanText(plan, plain)}${this.#hasSummary() ? this.#renderSummary(plain) : ''}`,
      json: () => {
        const { type: _, ...applied } = toSummaryLine(this.#counted(), code)
        return renderJson({ ...toPlanDocument(plan, 'apply'), outcomes, applied })
      },
      // Where nothing was carried out, the plan tells why.
      markdown: () =>
        this.#hasSummary()
          ? renderApplyMarkdown(this.#counted(), this.#events)
          : renderPlanMarkdown(plan, (text) => this.#context.output.scrub(text)),
      html: () => this.#renderPage(plan),
    })
  }
}

const interrupted: Diagnostic = { code: 'HS6005', severity: 'error', message: 'The run was interrupted.' }

function isOutcome(event: RunEvent): boolean {
  return event.type === 'action_done' || event.type === 'action_failed' || event.type === 'action_skipped'
}

function hasDone({ writes, done }: ApplySummary): boolean {
  return writes > 0 || Object.entries(done).some(([kind, count]) => kind !== 'keep' && count > 0)
}

function countEvents(events: readonly RunEvent[], isStopped: boolean): ApplySummary {
  const count = (type: RunEvent['type']): number => events.filter((event) => event.type === type).length
  const done = { ...nothingDone.done }
  for (const event of events) if (event.type === 'action_done') done[event.kind] += 1
  return {
    ...nothingDone,
    done,
    failed: count('action_failed'),
    skipped: count('action_skipped'),
    interrupted: isStopped,
  }
}
