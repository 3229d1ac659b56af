import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Code } from '../../../src/core/codes.ts'
import { DiagnosticError } from '../../../src/core/diagnostic.ts'
import type { LedgerStore, OpenLedger } from '../../../src/engine/ledger/ledger-store.ts'

export async function aPath(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'hooks-sync-ledger-')), 'deep', 'ledger.json')
}

// A run that plays dead is never closed, and Node warns of files that are closed by the garbage collector.
const opened: OpenLedger[] = []

export async function openNow(store: LedgerStore, later = 0): Promise<OpenLedger> {
  const open = await store.open({ waitMs: 0, owner: 'a test', now: () => Date.now() + later })
  opened.push(open)
  return open
}

export async function findingOf(run: Promise<unknown>): Promise<{ code: Code; message: string; hint?: string }> {
  const error: unknown = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof DiagnosticError)) throw new Error('expected a DiagnosticError', { cause: error })
  const [finding] = error.diagnostics
  expect(finding?.hint).toBeDefined()
  if (finding === undefined) throw new Error('expected a finding')
  return finding
}
