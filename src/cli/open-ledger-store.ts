import { resolve } from 'node:path'
import type { OpenLedger } from '../engine/ledger/ledger-store.ts'
import { type LedgerStore } from '../engine/ledger/ledger-store.ts'
import { LocalLedger } from '../engine/ledger/local-ledger.ts'
import { version } from '../run/version.ts'
import type { Context } from './context.ts'
import { usageError } from './flags.ts'
import { openProject } from './open-project.ts'
import { parseDuration } from './parse-duration.ts'

/** Finds the ledger: the one that `--ledger` names, or that of the files. */
export async function findLedgerStore(context: Context): Promise<LedgerStore> {
  const named = context.flags.value('ledger')
  if (named !== undefined) return new LocalLedger(resolve(context.cwd, named))
  const { ledger } = await openProject(context)
  if (ledger === undefined) throw usageError('There is no ledger.', undefined, 'HS6004')
  return ledger
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
