import { isReferenceFault, parsePathReference } from '../../secrets/reference.ts'
import type { WriteTarget } from '../../secrets/resolver.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { renderDocument } from '../failure-document.ts'
import { openSecretPlaces, type SecretPlaces } from '../secret-places.ts'

const nothingNamed =
  'The files name no age file. To list a path of another store: hooks-sync secrets list ref+vault://kv/hooks/casey\n'

/** Runs `hooks-sync secrets list`. */
export async function run(context: Context): Promise<number> {
  const places = await openSecretPlaces(context)
  const vaults = context.operands.length > 0 ? context.operands.map(places.locate) : listVaults(places)
  const found: string[] = []
  for (const vault of vaults) {
    for (const pointer of await places.resolver.list(vault)) found.push(`${vault.ref}#${pointer}`)
  }
  await places.resolver.close()
  if (context.isJson) context.output.result(renderDocument(context.command, { secrets: found }))
  else context.output.result(found.map((ref) => `${ref}\n`).join(''))
  if (vaults.length === 0) context.output.note(nothingNamed)
  return exitCode([])
}

/** Lists the age vaults that stores and references name, as references without a field. */
function listVaults({ declared, options }: SecretPlaces): readonly WriteTarget[] {
  const vaults = new Map<string, WriteTarget>()
  const add = (target: WriteTarget): void => void vaults.set(`${target.baseDir} ${target.ref}`, target)
  for (const { ref, baseDir } of declared) {
    const reference = parsePathReference(ref)
    if (!isReferenceFault(reference) && reference.backend === 'age') add({ ref: ref.split('#')[0] ?? ref, baseDir })
  }
  for (const { backend, baseDir, options: settings } of options.stores) {
    const file = settings['file']
    if (backend === 'age' && typeof file === 'string') add({ ref: `ref+age://${file}`, baseDir })
  }
  return [...vaults.values()]
}
