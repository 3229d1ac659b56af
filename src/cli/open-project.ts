import type { Diagnostic } from '../core/diagnostic.ts'
import { DiagnosticError, hasErrors } from '../core/diagnostic.ts'
import type { Loaded } from '../run/load.ts'
import type { Context } from './context.ts'
import { readLoadOptions } from './options.ts'

/** Loads the files for a command that cannot do without them; throws their findings where they have errors. */
export async function openProject(context: Context): Promise<Loaded> {
  const { load } = await import('../run/load.ts')
  const loaded = await load(await readLoadOptions(context))
  if (hasErrors(loaded.diagnostics)) throw new DiagnosticError(loaded.diagnostics)
  context.report(loaded.diagnostics)
  return loaded
}

/** Loads the files where there are any: a command that works without them is given undefined. */
export async function findProject(context: Context): Promise<Loaded | undefined> {
  const { load } = await import('../run/load.ts')
  const loaded = await load(await readLoadOptions(context))
  if (loaded.diagnostics.some(isNotFound)) return undefined
  return loaded
}

function isNotFound({ code }: Diagnostic): boolean {
  return code === 'HS1015'
}
