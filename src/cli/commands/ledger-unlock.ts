import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { renderDocument } from '../failure-document.ts'
import { findLedgerStore } from '../open-ledger-store.ts'

/** Runs `hooks-sync ledger unlock`. */
export async function run(context: Context): Promise<number> {
  const store = await findLedgerStore(context)
  const lock = await store.unlock()
  const removed =
    lock === undefined ? null : { owner: lock.owner, host: lock.host, pid: lock.pid, started_at: lock.startedAt }
  if (context.isJson) context.output.result(renderDocument(context.command, { ledger: store.place, removed }))
  else if (lock === undefined) context.output.result(`Nobody holds the lock of ${store.place}.\n`)
  else {
    const who = `${lock.owner} on ${lock.host} (pid ${lock.pid}) since ${lock.startedAt}`
    context.output.result(`Removed the lock of ${store.place}, held by ${who}.\n`)
  }
  return exitCode([])
}
