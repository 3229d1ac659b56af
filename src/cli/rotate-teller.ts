import { type Diagnostic, hasErrors } from '../core/diagnostic.ts'
import type { RunEvent } from '../core/outcome.ts'
import type { RotationOutcome, RotationPlan } from '../core/rotation-plan.ts'
import { toApplyLine } from '../report/apply-json.ts'
import { renderJsonLine } from '../report/json-text.ts'
import { renderRefusals } from '../report/plan-text.ts'
import { toRotatedLine, toRotationPlanLine } from '../report/rotation-json.ts'
import { renderRotatedLine, renderRotationPlan } from '../report/rotation-text.ts'
import type { Context } from './context.ts'
import { type Ending, exitCode } from './exit-code.ts'
import { makeProgress, type Progress } from './progress.ts'
import { explainMistake, traceOf } from './tell-failure.ts'

/** Tells a rotation as it goes, in words or as JSON Lines, and what it came to. */
export class RotateTeller {
  readonly #context: Context
  readonly #progress: Progress
  readonly #startedAt: number = Date.now()
  readonly #endings: Ending[] = []
  #plan: RotationPlan | undefined
  #outcomes: readonly RotationOutcome[] = []
  #hasFailed = false
  #hasWritten = false

  constructor(context: Context) {
    this.#context = context
    this.#progress = makeProgress(context)
  }

  /** Takes what the run reports. */
  emit(event: RunEvent): void {
    if (event.type === 'rotation' || event.type === 'action_done') this.#hasWritten = true
    if (event.type === 'rotation_failed') this.#context.report([{ severity: 'error', ...event.failure }])
    this.#progress.emit(event)
    if (event.type !== 'account_failed') this.#writeLine(toApplyLine(event))
  }

  /** Tells what is going to happen, once. */
  tellPlan(plan: RotationPlan, findings: readonly Diagnostic[]): void {
    if (this.#plan !== undefined) return
    this.#plan = plan
    this.#context.report(findings)
    if (hasErrors(findings)) this.#hasFailed = true
    const refusals = plan.plan.accounts.flatMap((account) => account.refusals)
    if (refusals.length > 0) this.#endings.push('refused')
    const { output, look, isJson } = this.#context
    if (isJson) {
      this.#writeLine(toRotationPlanLine(plan))
      for (const diagnostic of findings) this.#writeLine(toApplyLine({ type: 'diagnostic', diagnostic }))
    } else if (look.quiet !== true) {
      output.result(renderRotationPlan(plan, look))
    }
    if (!isJson && refusals.length > 0) output.result(`${renderRefusals(plan.plan, look).join('\n')}\n`)
  }

  /** Ends a run in which nothing is carried out. */
  refuse(ending: Ending): false {
    this.#endings.push(ending)
    return false
  }

  tellOutcomes(outcomes: readonly RotationOutcome[]): void {
    this.#outcomes = outcomes
    if (outcomes.some(({ result }) => result === 'failed')) this.#hasFailed = true
  }

  /** Tells an error that ended the run; what was done before it counts. */
  tellFailure(error: unknown): void {
    this.#hasFailed = true
    if (this.#context.signals.endings.length > 0) return
    const findings = explainMistake(error)
    this.#context.report(findings)
    for (const diagnostic of findings) this.#writeLine(toApplyLine({ type: 'diagnostic', diagnostic }))
    if (this.#context.look.verbose === true) this.#context.output.note(traceOf(error))
  }

  /** Tells the end, and answers with the exit code. */
  end(): number {
    const { output, signals, isJson } = this.#context
    this.#progress.end()
    if (this.#hasFailed) this.#endings.push(this.#hasWritten ? 'in-part' : 'error')
    const code = exitCode([...this.#endings, ...signals.endings])
    const young = this.#plan?.young.length ?? 0
    const duration = Date.now() - this.#startedAt
    if (isJson) this.#writeLine(toRotatedLine(this.#outcomes, young, duration, code))
    else if (this.#outcomes.length > 0) output.result(`${renderRotatedLine(this.#outcomes, young, duration)}\n`)
    else if (code === 0 && this.#plan?.rotations.length === 0) output.result('Nothing to rotate.\n')
    return code
  }

  #writeLine(line: object | undefined): void {
    if (line !== undefined && this.#context.isJson) this.#context.output.result(`${renderJsonLine(line)}\n`)
  }
}
