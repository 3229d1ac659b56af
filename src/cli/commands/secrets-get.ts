import { DiagnosticError } from '../../core/diagnostic.ts'
import { renderJson } from '../../report/json-text.ts'
import { formatVersion } from '../../report/plan-document.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { usageError } from '../flags.ts'
import { openSecretPlaces } from '../secret-places.ts'

/** Runs `hooks-sync secrets get REF --reveal`. */
export async function run(context: Context): Promise<number> {
  const { command, flags, isJson, operands, output } = context
  const [ref = ''] = operands
  if (!flags.isOn('reveal')) {
    throw usageError(
      'get prints the secret in clear, so it needs --reveal.',
      '`hooks-sync secrets list` tells which are there.',
    )
  }
  const { resolver, locate } = await openSecretPlaces(context)
  // The operator may look at the fingerprint key; it is only kept from being sent anywhere.
  const want = { ...locate(ref), use: 'fingerprint-key' as const }
  const { values, diagnostics } = await resolver.resolve([want])
  await resolver.close()
  const secret = values.get(want)
  if (secret === undefined) throw new DiagnosticError(diagnostics)
  const value = secret.reveal()
  const document = { format_version: formatVersion, command, ref, value, diagnostics: [] }
  output.reveal(isJson ? `${renderJson(document)}\n` : `${value}\n`)
  return exitCode([])
}
