import { entryId } from '../../core/ledger.ts'
import type { OpenLedger } from '../../engine/ledger/ledger-store.ts'
import { confirm } from '../ask.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { renderDocument } from '../failure-document.ts'
import { type NamedEntry, selectEntries } from '../ledger-entries.ts'
import { withLedger } from '../open-ledger-store.ts'

/** Runs `hooks-sync forget GLOB…`, and `hooks-sync ledger rm GLOB…`, which asks nothing. */
export async function run(context: Context): Promise<number> {
  const forgotten = await withLedger(context, async (open) => {
    const entries = selectEntries(open.ledger, context.operands)
    const isAgreed = context.command === 'ledger rm' || (await agree(context, entries))
    if (!isAgreed) return undefined
    for (const entry of entries) await forget(open, entry)
    return entries
  })
  context.signals.stop.throwIfAborted()
  const ids = (forgotten ?? []).map(({ id }) => id)
  if (context.isJson) context.output.result(renderDocument(context.command, { forgotten: ids }))
  else context.output.result(`Forgotten: ${ids.length}. The webhooks stay live and are no longer owned.\n`)
  return exitCode(forgotten === undefined ? ['error'] : [])
}

function agree(context: Context, entries: readonly NamedEntry[]): Promise<boolean> {
  context.output.note(entries.map(({ id }) => `  ${id}\n`).join(''))
  const what = entries.length === 1 ? 'this webhook' : `these ${entries.length} webhooks`
  return confirm(context, `Forget ${what}? Nothing is deleted at the vendor, and nothing will be.`)
}

/** An intent that is left would make the webhook ours again. */
async function forget(open: OpenLedger, { place }: NamedEntry): Promise<void> {
  const { account, key } = place
  await open.record({ kind: 'remove-entry', account, key })
  for (const [id, intent] of Object.entries(open.ledger.accounts[account]?.intents ?? {})) {
    if (entryId(intent.file, intent.key) === key) await open.record({ kind: 'settle-intent', account, id })
  }
}
