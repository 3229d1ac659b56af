import { DiagnosticError, hasErrors } from '../core/diagnostic.ts'
import type { Loaded } from '../run/load.ts'
import { fingerprintTarget, resolverOptions } from '../run/secrets-of-run.ts'
import { makeResolver, type Resolver, type ResolverOptions, type WriteTarget } from '../secrets/resolver.ts'
import type { Context } from './context.ts'
import { usageError } from './flags.ts'
import { findProject, findTrust } from './open-project.ts'

/** The stores of the files, and where references lead. */
export interface SecretPlaces {
  readonly options: ResolverOptions
  readonly resolver: Resolver
  /** References that the files declare, with the directory each starts at. */
  readonly declared: readonly WriteTarget[]
  /** Finds what a reference on the command line means: what the files mean by it, else where the files lie. */
  readonly locate: (ref: string) => WriteTarget
}

/** Opens the stores for `hooks-sync secrets`; without files there are those that need none. */
export async function openSecretPlaces(context: Context): Promise<SecretPlaces> {
  const loaded = await findProject(context)
  // A file with other faults still says where its secrets lie: most are mended after `secrets set`, not before.
  if (loaded !== undefined && hasErrors(loaded.diagnostics) && isUnusable(loaded)) {
    throw new DiagnosticError(loaded.diagnostics)
  }
  const project = loaded?.project
  const key = project === undefined ? undefined : fingerprintTarget(project)
  const options = resolverOptions(project ?? { stores: [], trust: await findTrust(context) }, context)
  const declared = [
    ...(project?.secrets ?? []).map(({ slot, baseDir }) => ({ ref: slot.source.ref, baseDir })),
    ...(key === undefined ? [] : [key]),
  ]
  return {
    options,
    resolver: makeResolver(options),
    declared,
    locate: (ref) => ({ ref, baseDir: findBaseDir(ref, declared) ?? project?.baseDir ?? context.cwd }),
  }
}

/** Without its policy a run would not know what the operator allows. */
function isUnusable({ project, diagnostics }: Loaded): boolean {
  return project.secrets.length === 0 || diagnostics.some(({ code }) => code === 'HS2016')
}

function findBaseDir(ref: string, declared: readonly WriteTarget[]): string | undefined {
  const directories = new Set(declared.filter((known) => known.ref === ref).map(({ baseDir }) => baseDir))
  if (directories.size < 2) return [...directories][0]
  const places = [...directories].join(' and ')
  throw usageError(`Files in ${places} mean different places by this reference.`, 'Name one of the files with -f.')
}
