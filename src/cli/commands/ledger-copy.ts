import { relative, resolve } from 'node:path'
import { copyChanges } from '../../engine/ledger/copy-ledger.ts'
import type { OpenLedger } from '../../engine/ledger/ledger-store.ts'
import { listEntries } from '../../engine/ledger/list-entries.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { renderDocument } from '../failure-document.ts'
import { usageError } from '../flags.ts'
import { findLedgerAt, openLedger } from '../open-ledger-store.ts'

/** Runs `hooks-sync ledger copy FROM TO`. */
export async function run(context: Context): Promise<number> {
  const [from = '', to = ''] = context.operands
  const source = await findLedgerAt(context, from)
  const target = await findLedgerAt(context, to)
  if (source.store.place === target.store.place) throw usageError(`${from} and ${to} are one place.`, 'Name two.')
  // Standard input lies nowhere.
  const rename = (file: string): string =>
    file === '<stdin>' ? file : relative(target.directory, resolve(source.directory, file)).replaceAll('\\', '/')
  // Both are locked: a run that writes the old one meanwhile would be forgotten in the new one.
  const count = await openLedger(context, source.store, (old) =>
    openLedger(context, target.store, (made) => copy(old, made, rename, { from, to })),
  )
  if (context.isJson) context.output.result(renderDocument(context.command, { from, to, copied: count }))
  else {
    const next = `Now name it: \`ledger: ${to}\`. The old one is left as it is.`
    context.output.result(
      `Copied ${count} ${count === 1 ? 'webhook' : 'webhooks'} to ${target.store.place}.\n${next}\n`,
    )
  }
  return exitCode([])
}

async function copy(
  old: OpenLedger,
  made: OpenLedger,
  rename: (file: string) => string,
  names: { readonly from: string; readonly to: string },
): Promise<number> {
  const changes = copyChanges(old.ledger, rename)
  if (changes.length === 0) throw usageError(`There is nothing in ${names.from}.`, 'Check its name.')
  if (copyChanges(made.ledger, rename).length > 0) {
    throw usageError(`${names.to} holds a ledger already.`, 'Name a place that holds none.')
  }
  // At once, so that the intents among them are stored together.
  await Promise.all(changes.map((change) => made.record(change)))
  return listEntries(made.ledger).length
}
