import { entryId, ledgerAccountId } from '../../core/ledger.ts'
import type { OpenLedger } from '../../engine/ledger/ledger-store.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { renderDocument } from '../failure-document.ts'
import { usageError } from '../flags.ts'
import { nameEntries, selectEntries } from '../ledger-entries.ts'
import { withLedger } from '../open-ledger-store.ts'

/** Runs `hooks-sync ledger mv FROM TO`. */
export async function run(context: Context): Promise<number> {
  const [from = '', to = ''] = context.operands
  await withLedger(context, (ledger) => move(ledger, from, to))
  if (context.isJson) context.output.result(renderDocument(context.command, { from, to }))
  else context.output.result(`Moved ${from} to ${to}\n`)
  return exitCode([])
}

async function move(open: OpenLedger, from: string, to: string): Promise<void> {
  const { ledger } = open
  const [provider, key] = splitName(to)
  const [entry, ...others] = selectEntries(ledger, [from])
  if (entry === undefined || others.length > 0) throw usageError(`${from} names more than one entry.`, 'Name one.')
  const { place } = entry
  const identity = ledger.accounts[place.account]?.identity ?? {}
  const account = provider === entry.provider ? place.account : ledgerAccountId(provider, identity)
  const target = { account, key: entryId(entry.entry.file, key) }
  if (nameEntries(ledger).some((known) => known.place.account === account && known.place.key === target.key)) {
    throw usageError(`${to} is taken by another entry.`, `Remove it first: hooks-sync ledger rm ${to}`)
  }
  if (ledger.accounts[account] === undefined) await open.record({ kind: 'set-identity', account, identity })
  await open.record({ kind: 'move-entry', from: place, to: target })
}

function splitName(name: string): readonly [string, string] {
  const [provider = '', key = '', ...rest] = name.split('/')
  if (provider !== '' && key !== '' && rest.length === 0) return [provider, key]
  throw usageError(`${name} is no name of an entry.`, 'Names have the form account/key.')
}
