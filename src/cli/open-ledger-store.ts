import { DiagnosticError } from '../core/diagnostic.ts'
import type { LedgerStore, OpenLedger } from '../engine/ledger/ledger-store.ts'
import { LocalLedger } from '../engine/ledger/local-ledger.ts'
import { makeLazyLedger } from '../run/lazy-ledger.ts'
import { findNamedLedger } from '../run/ledger-site.ts'
import { version } from '../run/version.ts'
import type { Context } from './context.ts'
import { usageError } from './flags.ts'
import { findProject, findTrust, openProject } from './open-project.ts'
import { readLoadOptions } from './options.ts'
import { parseDuration } from './parse-duration.ts'

/** Finds the ledger: the one that `--ledger` names, or that of the files. */
export async function findLedgerStore(context: Context): Promise<LedgerStore> {
  const named = context.flags.value('ledger')
  const ledger = named === undefined ? (await openProject(context)).ledger : await findNamedStore(context, named)
  if (ledger === undefined) throw usageError('There is no ledger.', undefined, 'HS6004')
  return ledger
}

/** A file needs no project, and a bucket none either; a vault may be one of the stores that the files describe. */
async function findNamedStore(context: Context, named: string): Promise<LedgerStore> {
  const options = await readLoadOptions(context)
  const { place, diagnostics } = findNamedLedger({ ledger: named, cwd: context.cwd }, []) ?? { diagnostics: [] }
  if (place === undefined) throw new DiagnosticError(diagnostics)
  if (place.kind === 'file') return new LocalLedger(place.path)
  const found = await findProject(context)
  const project = found?.project ?? { stores: [], trust: await findTrust(context) }
  return makeLazyLedger(place, { ...options, project })
}

/** Takes the lock of the ledger, works on it, and gives the lock back. */
export async function withLedger<T>(context: Context, work: (ledger: OpenLedger) => Promise<T>): Promise<T> {
  const store = await findLedgerStore(context)
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
