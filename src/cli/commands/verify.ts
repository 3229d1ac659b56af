import { hasErrors } from '../../core/diagnostic.ts'
import { renderJson } from '../../report/json-text.ts'
import { toVerifyDocument } from '../../report/verify-document.ts'
import { renderVerifyText } from '../../report/verify-text.ts'
import { verify } from '../../run/verify/verify-project.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { readSyncOptions } from '../options.ts'
import { makeProgress } from '../progress.ts'
import { readTimeLimit } from '../receiver-time-limit.ts'
import { refuseOffline } from '../refuse-offline.ts'

/** Runs `hooks-sync verify`. */
export async function run(context: Context): Promise<number> {
  const { isJson, look, output, signals } = context
  refuseOffline(context)
  const progress = makeProgress(context)
  const options = { ...(await readSyncOptions(context, progress.emit)), ...readTimeLimit(context) }
  const { receivers, diagnostics } = await verify(options)
  progress.end()
  signals.stop.throwIfAborted()
  // What a receiver did wrong is told beside what it did right.
  context.report(diagnostics.filter(({ code }) => code !== 'HS4013'))
  if (isJson) output.result(`${renderJson(toVerifyDocument(receivers, diagnostics))}\n`)
  else if (receivers.length > 0) output.result(renderVerifyText(receivers, look))
  return exitCode(hasErrors(diagnostics) ? ['error'] : [])
}
