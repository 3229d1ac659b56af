import { DiagnosticError } from '../core/diagnostic.ts'
import type { LedgerStore, OpenLedger } from '../engine/ledger/ledger-store.ts'
import { LocalLedger } from '../engine/ledger/local-ledger.ts'
import { makeLazyLedger } from '../run/lazy-ledger.ts'
import { siteOf } from '../run/ledger-site.ts'
import { version } from '../run/version.ts'
import type { Context } from './context.ts'
import { usageError } from './flags.ts'
import { findProject, findTrust, openProject } from './open-project.ts'
import { readLoadOptions } from './options.ts'
import { parseDuration } from './parse-duration.ts'

/** A ledger, and the directory that the files' names in it start at. */
export interface FoundLedger {
  readonly store: LedgerStore
  readonly directory: string
}

/** Finds the ledger: the one that `--ledger` names, or that of the files. */
export async function findLedgerStore(context: Context): Promise<LedgerStore> {
  const named = context.flags.value('ledger')
  if (named !== undefined) return (await findLedgerAt(context, named)).store
  const { ledger } = await openProject(context)
  if (ledger === undefined) throw usageError('There is no ledger.', undefined, 'HS6004')
  return ledger
}

/** Finds the ledger at a place. A file needs no project, and a bucket none either; a vault may be one of its stores. */
export async function findLedgerAt(context: Context, text: string): Promise<FoundLedger> {
  const { place, directory, diagnostics } = siteOf(text, context.cwd, context.cwd)
  if (place === undefined) throw new DiagnosticError(diagnostics)
  if (place.kind === 'file') return { store: new LocalLedger(place.path), directory }
  const found = await findProject(context)
  const project = found?.project ?? { stores: [], trust: await findTrust(context) }
  const options = await readLoadOptions(context)
  return { store: makeLazyLedger(place, { ...options, project }), directory: found?.project.baseDir ?? directory }
}

/** Takes the lock of the ledger, works on it, and gives the lock back. */
export async function withLedger<T>(context: Context, work: (ledger: OpenLedger) => Promise<T>): Promise<T> {
  return openLedger(context, await findLedgerStore(context), work)
}

/** Does the same with a ledger that was found before. */
export async function openLedger<T>(
  context: Context,
  store: LedgerStore,
  work: (ledger: OpenLedger) => Promise<T>,
): Promise<T> {
  const ledger = await store.open({
    waitMs: parseDuration('--lock-timeout', context.flags.value('lock-timeout') ?? '0'),
    owner: `hooks-sync ${context.command} (${version})`,
    now: Date.now,
    signal: context.signals.stop,
  })
  try {
    return await work(ledger)
  } finally {
    await ledger.close()
  }
}
