import { hasErrors } from '../../core/diagnostic.ts'
import { type Imported, importWebhooks } from '../../import/import-webhooks.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { readSyncOptions } from '../options.ts'
import { makeProgress } from '../progress.ts'
import { refuseOffline } from '../refuse-offline.ts'

/** Runs `hooks-sync import`. */
export async function run(context: Context): Promise<number> {
  const { flags, output, signals } = context
  refuseOffline(context)
  const progress = makeProgress(context)
  const out = flags.value('out')
  const capture = flags.value('capture')
  const imported = await importWebhooks({
    ...(await readSyncOptions(context, progress.emit)),
    accounts: flags.list('provider'),
    adopt: flags.isOn('adopt'),
    ...(out === undefined ? {} : { out }),
    ...(capture === undefined ? {} : { capture }),
  })
  progress.end()
  signals.stop.throwIfAborted()
  context.report(imported.diagnostics)
  if (imported.isWritten) output.result(`${written(imported, out ?? '')}\n`)
  else output.result(imported.text)
  if (context.noteLook.quiet !== true) output.note(remarks(imported, out))
  return exitCode(hasErrors(imported.diagnostics) ? ['error'] : [])
}

function written({ webhooks, withheld }: Imported, out: string): string {
  return `Wrote ${out}: ${count(webhooks)} declared, ${withheld} as comments.`
}

function remarks({ isWritten, withheld, text }: Imported, out: string | undefined): string {
  const comments =
    withheld > 0 && !isWritten ? `${count(withheld)} stand there as comments, each with the reason.\n` : ''
  const file = out !== undefined && !isWritten && text !== '' ? `${out} was not written.\n` : ''
  return `${comments}${file}`
}

function count(webhooks: number): string {
  return webhooks === 1 ? '1 webhook' : `${webhooks} webhooks`
}
