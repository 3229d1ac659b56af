import { safeText } from '../../report/safe-text.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { renderDocument } from '../failure-document.ts'
import { type NamedEntry, selectEntries } from '../ledger-entries.ts'
import { findLedgerStore } from '../open-ledger-store.ts'

/** Runs `hooks-sync ledger list`. */
export async function run(context: Context): Promise<number> {
  const store = await findLedgerStore(context)
  const ledger = await store.read()
  const entries = selectEntries(ledger, context.operands)
  const { lineage, serial } = ledger
  const document = { ledger: { place: store.place, lineage, serial }, entries: entries.map(toDocument) }
  if (context.isJson) context.output.result(renderDocument(context.command, document))
  else context.output.result(`${entries.flatMap(renderEntry).join('')}${renderCount(entries.length, store.place)}\n`)
  return exitCode([])
}

function toDocument({ provider, key, entry }: NamedEntry): object {
  const { file, objects, retiring = [], applied_at: appliedAt, tool_version: toolVersion } = entry
  return {
    provider,
    key,
    file,
    ids: objects.map(({ id }) => id),
    retiring: retiring.map(({ id, until }) => ({ id, until })),
    ...(appliedAt === undefined ? {} : { applied_at: appliedAt }),
    ...(toolVersion === undefined ? {} : { tool_version: toolVersion }),
  }
}

function renderEntry({ id, entry }: NamedEntry): readonly string[] {
  const ids = entry.objects.map((object) => object.id).join(', ')
  const since = entry.applied_at === undefined ? '' : `  applied ${entry.applied_at}`
  const retiring = (entry.retiring ?? []).map((object) => `    stays until ${object.until}: ${safeText(object.id)}\n`)
  return [`${safeText(id)}  ${safeText(ids)}  in ${safeText(entry.file)}${since}\n`, ...retiring]
}

function renderCount(count: number, place: string): string {
  return `${count} ${count === 1 ? 'webhook' : 'webhooks'} owned in ${place}.`
}
