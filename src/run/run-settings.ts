import { relative, resolve, sep } from 'node:path'
import type { PlanOptions } from '../core/plan.ts'
import { explainError } from '../engine/explain.ts'
import type { Clock, Explained } from '../engine/ports.ts'
import { explainHttpError } from '../http/explain-error.ts'
import type { Loaded } from './load.ts'
import type { SyncOptions } from './options.ts'
import type { Selection } from './selection.ts'

/** What a plan depends on beside files, ledger and live state. */
export function planOptions({ allow, dedupe }: SyncOptions, { selects, writesSecrets }: Selection): PlanOptions {
  return { allow, dedupe, now: Date.now(), selects, writesSecrets }
}

/** The files whose webhooks may be deleted: those loaded now, and those named as gone. */
export function filesOf({ project, ledgerDirectory }: Loaded, { pruneFiles, cwd }: SyncOptions): ReadonlySet<string> {
  const gone = pruneFiles.map((path) => relative(ledgerDirectory, resolve(cwd, path)).replaceAll(sep, '/'))
  return new Set([...project.ledgerFiles, ...gone])
}

/** Tells what an error of any layer means for what was being done. */
export function explain(error: unknown): Explained {
  return explainError(error, explainHttpError)
}

/** The clock of a run; that of this machine unless the caller has another. */
export function clockOf({ pace }: SyncOptions): Clock {
  return pace?.clock ?? { now: Date.now, wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) }
}
