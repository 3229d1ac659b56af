import { DiagnosticError } from '../../core/diagnostic.ts'
import { expandPath } from '../../secrets/credentials.ts'
import { type InitStep, initVault } from '../../secrets/init-vault.ts'
import { isReferenceFault, parsePathReference } from '../../secrets/reference.ts'
import type { WriteTarget } from '../../secrets/resolver.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { renderDocument } from '../failure-document.ts'
import { usageError } from '../flags.ts'
import { openSecretPlaces, type SecretPlaces } from '../secret-places.ts'

/** Runs `hooks-sync secrets init`. */
export async function run(context: Context): Promise<number> {
  const places = await openSecretPlaces(context)
  const { options } = places
  const files = listVaultFiles(places, context.operands.map(places.locate))
  if (files.length === 0 && options.fingerprintKey === undefined && !options.stores.some(isAge)) throw nothingToMake()
  const { steps, diagnostics } = await initVault({ ...options, files, now: () => new Date() })
  context.report(diagnostics)
  if (context.isJson) context.output.result(renderDocument(context.command, { steps }, diagnostics))
  else context.output.result(steps.flatMap(renderStep).join(''))
  return exitCode(diagnostics.length > 0 ? ['error'] : [])
}

/** Lists the age files that references name, declared or asked for; each once. */
function listVaultFiles({ declared, options }: SecretPlaces, asked: readonly WriteTarget[]): readonly string[] {
  const files = [...declared, ...asked].flatMap(({ ref, baseDir }) => {
    const reference = parsePathReference(ref)
    if (isReferenceFault(reference) || reference.backend !== 'age') return []
    return [expandPath(reference.path, baseDir, options.homeDir)]
  })
  return [...new Set(files)]
}

function isAge({ backend }: { readonly backend: string }): boolean {
  return backend === 'age'
}

function nothingToMake(): DiagnosticError {
  const hint = 'Name one: hooks-sync secrets init ref+age://secrets.age'
  return usageError('The files name no age vault and no fingerprint key, so there is nothing to make.', hint)
}

const nouns: Readonly<Record<InitStep['what'], string>> = {
  identity: 'identity',
  vault: 'vault',
  'fingerprint-key': 'fingerprint key',
}

function renderStep({ outcome, what, place, recipient }: InitStep): readonly string[] {
  const line = `${outcome === 'made' ? 'Made the' : 'Kept the'} ${nouns[what]} ${place}\n`
  if (recipient === undefined) return [line]
  return [line, `  Its recipient, for others who encrypt: ${recipient}\n`, '  Keep a copy of it in a safe place.\n']
}
