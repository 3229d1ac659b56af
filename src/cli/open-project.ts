import type { Diagnostic } from '../core/diagnostic.ts'
import { DiagnosticError, hasErrors } from '../core/diagnostic.ts'
import type { Loaded } from '../run/load.ts'
import type { Trust } from '../trust/trust.ts'
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

/** Finds out what a run without files may do with secrets; throws what is wrong with the policy. */
export async function findTrust(context: Context): Promise<Trust> {
  const { establishTrust } = await import('../trust/establish-trust.ts')
  const { definitions } = await import('../providers/registry.ts')
  const types = definitions.map(({ type }) => type)
  const trust = await establishTrust(await readLoadOptions(context), { directories: [context.cwd], types })
  if (hasErrors(trust.diagnostics)) throw new DiagnosticError(trust.diagnostics)
  return trust
}

function isNotFound({ code }: Diagnostic): boolean {
  return code === 'HS1015'
}
