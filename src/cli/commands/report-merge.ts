import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { DiagnosticError } from '../../core/diagnostic.ts'
import { compareWithHistory, toHistoryLine } from '../../report/drift-history.ts'
import type { DriftDocument } from '../../report/drift-model.ts'
import { mergeDriftReports } from '../../report/merge-drift.ts'
import type { DriftPart } from '../../report/merge-faults.ts'
import { parseDriftDocument } from '../../report/merge-parse.ts'
import type { Context } from '../context.ts'
import { driftExitCode, tellDrift, toDiagnostics } from '../drift-report.ts'
import { usageError } from '../flags.ts'
import { openHistory } from '../history-file.ts'
import { notifyOfDrift, openNotifier } from '../notifier.ts'
import { driftFormats, openReports } from '../reports.ts'

/** Runs `hooks-sync report merge <files...>`. */
export async function run(context: Context): Promise<number> {
  const reports = await openReports(context, driftFormats)
  const history = await openHistory(context)
  const notifier = await openNotifier(context)
  const merged = mergeDriftReports(await readParts(context))
  const at = merged.run?.finished_at ?? new Date().toISOString()
  const document = history === undefined ? merged : compareWithHistory(refuseTwice(merged), history.history, at)
  context.report(toDiagnostics(document.diagnostics))
  await tellDrift(context, reports, document)
  await history?.append(toHistoryLine(document, at))
  if (notifier !== undefined) await notifyOfDrift(notifier, document)
  return driftExitCode(document)
}

/** Reads all files, and tells of every one that is no report. */
async function readParts(context: Context): Promise<readonly DriftPart[]> {
  const read = await Promise.all(context.operands.map((name) => readPart(context, name)))
  const faults = read.flatMap((part) => ('code' in part ? [part] : []))
  if (faults.length > 0) throw new DiagnosticError(faults)
  return read.flatMap((part) => ('code' in part ? [] : [part]))
}

async function readPart({ cwd }: Context, name: string): Promise<DriftPart | DiagnosticError['diagnostics'][number]> {
  const hint = 'Write it with: hooks-sync drift --report json=shard-1.json'
  const refuse = (message: string) => ({ code: 'HS6006', severity: 'error', message, hint }) as const
  const text = await readFile(resolve(cwd, name), 'utf8').catch((error: NodeJS.ErrnoException) => error)
  if (typeof text !== 'string') return refuse(`The report ${name} cannot be read (${text.code ?? text.message}).`)
  const document = parseDriftDocument(text)
  return typeof document === 'string' ? refuse(`${name} cannot be merged: ${document}.`) : { name, document }
}

/** What each shard knows since its own history says nothing of another one. */
function refuseTwice(document: DriftDocument): DriftDocument {
  if (document.history === undefined) return document
  throw usageError(
    'The shards were held against a history of their own already.',
    'Leave out --history here, or at the shards.',
  )
}
