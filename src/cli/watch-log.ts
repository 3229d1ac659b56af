import { type Diagnostic, hasErrors } from '../core/diagnostic.ts'
import { toDiagnosticDocument } from '../report/diagnostic-document.ts'
import { renderHistoryLine } from '../report/drift-history.ts'
import type { DriftDocument, DriftFindingDocument } from '../report/drift-model.ts'
import { renderDriftLine } from '../report/drift-totals.ts'
import { renderDuration } from '../report/duration-text.ts'
import { renderJsonLine } from '../report/json-text.ts'
import { safeText } from '../report/safe-text.ts'
import type { WatchedRun } from '../run/watch/watch-tally.ts'
import type { Context } from './context.ts'

/** What a service writes as it goes: one line for each run on stdout. */
export interface WatchLog {
  listening(url: string): void
  ended(run: WatchedRun, diagnostics: readonly Diagnostic[]): void
}

/** Makes the log of a service: text, or JSON Lines with `--json`. */
export function makeWatchLog(context: Context): WatchLog {
  const { isJson, look, output } = context
  let told = ''
  return {
    listening: (url) => {
      if (isJson) output.result(`${renderJsonLine({ type: 'listening', url })}\n`)
      else if (look.quiet !== true) output.note(`Metrics at ${url}/metrics\n`)
    },
    ended: (run, diagnostics) => {
      if (isJson) return output.result(`${renderJsonLine(toLine(run, diagnostics))}\n`)
      const isShown = look.quiet !== true || run.outcome !== 'in_line'
      if (isShown) output.result(`${renderLine(run, diagnostics)}\n`)
      // The same findings run after run would bury what is new; their words may hold a request id.
      const now = JSON.stringify(diagnostics.map(({ code, provider, key, at }) => [code, provider, key, at]))
      if (now !== told) context.report(diagnostics)
      told = now
    },
  }
}

function renderLine(
  { endedAt, durationMs, document, outcome }: WatchedRun,
  diagnostics: readonly Diagnostic[],
): string {
  const parts = [
    ...(outcome === 'failed' ? [`Failed: ${firstError(diagnostics)}`] : []),
    ...(document === undefined || document.accounts.length === 0 ? [] : [renderDriftLine(document)]),
    ...(document?.history === undefined ? [] : [renderHistoryLine(document.history)]),
  ]
  return safeText(`${new Date(endedAt).toISOString()}  ${parts.join(' ')} (${renderDuration(durationMs)})`)
}

function firstError(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((found) => hasErrors([found]))
  const rest = errors.length > 1 ? ` And ${errors.length - 1} more.` : ''
  return `${errors[0]?.message ?? ''}${rest}`
}

type Named = Pick<DriftFindingDocument, 'fingerprint' | 'class' | 'provider' | 'key' | 'id'>

function toLine(run: WatchedRun, diagnostics: readonly Diagnostic[]): object {
  const { endedAt, durationMs, outcome, document } = run
  return {
    type: 'run',
    at: new Date(endedAt).toISOString(),
    outcome,
    duration_ms: Math.round(durationMs),
    ...(document === undefined ? {} : toFigures(document)),
    diagnostics: diagnostics.map(toDiagnosticDocument),
  }
}

/** What is new or over is named; the reports have all of it. */
function toFigures({ totals, history, drift, calls }: DriftDocument): object {
  return {
    totals,
    calls,
    new: drift.filter(({ state }) => state === 'new').map(toNamed),
    known: history?.known ?? 0,
    resolved: (history?.resolved ?? []).map(toNamed),
  }
}

function toNamed({ fingerprint, class: found, provider, key, id }: Named): Named {
  return {
    fingerprint,
    class: found,
    provider,
    ...(key === undefined ? {} : { key }),
    ...(id === undefined ? {} : { id }),
  }
}
