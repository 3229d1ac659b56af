import { DiagnosticError } from '../../core/diagnostic.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { renderDocument } from '../failure-document.ts'
import { openSecretPlaces } from '../secret-places.ts'

/** Runs `hooks-sync secrets rm REF`. */
export async function run(context: Context): Promise<number> {
  const [ref = ''] = context.operands
  const { resolver, locate } = await openSecretPlaces(context)
  const outcome = await resolver.remove(locate(ref))
  await resolver.close()
  if (outcome.kind !== 'written') throw new DiagnosticError([outcome.diagnostic])
  if (context.isJson) context.output.result(renderDocument(context.command, { ref, outcome: 'removed' }))
  else context.output.result(`Removed ${ref}\n`)
  return exitCode([])
}
