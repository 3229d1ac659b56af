import type { Diagnostic } from '../core/diagnostic.ts'
import type { ApplySummary } from '../core/outcome.ts'
import type { Plan } from '../core/plan.ts'
import { toApplyLine, toSummaryLine } from '../report/apply-json.ts'
import { toDiagnosticDocument } from '../report/diagnostic-document.ts'
import { toDriftDocument } from '../report/drift-document.ts'
import { renderJson, renderJsonLine } from '../report/json-text.ts'
import { formatVersion, toPlanDocument } from '../report/plan-document.ts'
import { toValidateDocument } from '../report/validate-document.ts'

/** The summary of an apply that did nothing. */
export const nothingDone: ApplySummary = {
  done: { create: 0, update: 0, replace: 0, adopt: 0, delete: 0, keep: 0 },
  failed: 0,
  skipped: 0,
  writes: 0,
  interrupted: false,
  durationMs: 0,
}

/** Makes the plan of a run that came to no plan. */
export function makeEmptyPlan(diagnostics: readonly Diagnostic[]): Plan {
  return { accounts: [], diagnostics, calls: 0 }
}

/** Renders the JSON of a command that failed before it came to a result: the same form as with one. */
export function renderFailure(command: string, diagnostics: readonly Diagnostic[], code: number): string {
  switch (command) {
    case 'apply':
      return renderApplyFailure(diagnostics, code)
    case 'plan':
      return `${renderJson(toPlanDocument(makeEmptyPlan(diagnostics)))}\n`
    case 'drift':
      return `${renderJson(toDriftDocument({ plan: makeEmptyPlan(diagnostics), findings: [] }))}\n`
    case 'validate':
      return `${renderJson(toValidateDocument({ providers: 0, webhooks: 0, diagnostics }))}\n`
    default:
      return renderDocument(command, {}, diagnostics)
  }
}

/** Renders the JSON of a command that has no form of its own. */
export function renderDocument(command: string, result: object, diagnostics: readonly Diagnostic[] = []): string {
  const found = diagnostics.map(toDiagnosticDocument)
  return `${renderJson({ format_version: formatVersion, command, ...result, diagnostics: found })}\n`
}

function renderApplyFailure(diagnostics: readonly Diagnostic[], code: number): string {
  const lines = [
    ...diagnostics.map((diagnostic) => toApplyLine({ type: 'diagnostic', diagnostic })),
    toSummaryLine(nothingDone, code),
  ]
  return lines.map((line) => `${renderJsonLine(line)}\n`).join('')
}
