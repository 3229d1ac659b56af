import type { LoadedProject } from '../config/project.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Fingerprinter } from '../secrets/fingerprint.ts'
import { makeFingerprinter } from '../secrets/fingerprint.ts'
import type { WritableVault } from '../secrets/make-vault.ts'
import { makeVault } from '../secrets/make-vault.ts'
import type { Resolver, ResolverOptions, WriteTarget } from '../secrets/resolver.ts'
import { makeResolver } from '../secrets/resolver.ts'
import { allowedOrigins, callEnvironment } from '../trust/trust.ts'
import { requireTrust } from '../trust/untrusted.ts'
import type { LoadOptions, SyncOptions } from './options.ts'
import type { TrustedProject } from './trusted-project.ts'
import { version } from './version.ts'

/** The stores of a run, opened on demand, and the key for fingerprints. */
export interface OpenSecrets {
  readonly resolver: Resolver
  readonly vault: WritableVault
  /** Undefined without a fingerprint key: what cannot be read is then `unknown`. */
  readonly fingerprint: Fingerprinter | undefined
  readonly diagnostics: readonly Diagnostic[]
  close(): Promise<void>
}

/** What decides how stores are opened. */
export type StoreProject = Pick<TrustedProject, 'stores' | 'fingerprintKey' | 'trust'>

/** Says how the stores that the files describe are opened, within what the operator allows. */
export function resolverOptions(
  project: StoreProject,
  {
    env,
    homeDir,
    cwd,
    scrub,
  }: Pick<LoadOptions, 'env' | 'homeDir' | 'cwd'> & { readonly scrub?: SyncOptions['scrub'] },
): ResolverOptions {
  const { stores, trust } = project
  const key = fingerprintTarget(project)
  return {
    stores,
    env: callEnvironment(trust, env),
    homeDir,
    cwd,
    allowedOrigins: allowedOrigins(trust, env, 'stores'),
    calls: { userAgent: `hooks-sync/${version}`, ...(scrub === undefined ? {} : { scrub }) },
    ...(trust.policy.fileRoots === undefined ? {} : { fileRoots: trust.policy.fileRoots }),
    ...(key === undefined ? {} : { fingerprintKey: key }),
  }
}

/** Where the fingerprint key is kept. */
export function fingerprintTarget({ fingerprintKey }: Pick<LoadedProject, 'fingerprintKey'>): WriteTarget | undefined {
  if (fingerprintKey === undefined) return undefined
  const { value, at, baseDir } = fingerprintKey
  return { ref: value, at, baseDir }
}

/** Opens the stores of a run and reads the fingerprint key. */
export async function openSecrets(project: TrustedProject, options: SyncOptions): Promise<OpenSecrets> {
  requireTrust(project.trust, 'Reading secrets')
  const resolver = makeResolver(resolverOptions(project, options))
  const baseDirs = new Map(project.secrets.map(({ slot, baseDir }) => [slot.source.ref, baseDir] as const))
  const vault = makeVault(resolver, (ref) => baseDirs.get(ref) ?? project.baseDir)
  const key = await readKey(project, resolver)
  return { resolver, vault, ...key, close: () => resolver.close() }
}

async function readKey(
  project: LoadedProject,
  resolver: Resolver,
): Promise<Pick<OpenSecrets, 'fingerprint' | 'diagnostics'>> {
  const target = fingerprintTarget(project)
  if (target === undefined) return { fingerprint: undefined, diagnostics: [] }
  const want = { ...target, optional: true, use: 'fingerprint-key' } as const
  const { values, diagnostics } = await resolver.resolve([want])
  const key = values.get(want)
  if (key === undefined)
    return { fingerprint: undefined, diagnostics: diagnostics.length > 0 ? diagnostics : [noKey(target)] }
  const made = makeFingerprinter(key)
  return typeof made === 'function'
    ? { fingerprint: made, diagnostics: [] }
    : { fingerprint: undefined, diagnostics: [made] }
}

function noKey({ at }: WriteTarget): Diagnostic {
  return {
    code: 'HS2010',
    severity: 'warning',
    message: 'The fingerprint key is not there yet, so secrets that a vendor hides cannot be compared.',
    hint: 'Make it with: hooks-sync secrets init',
    ...(at === undefined ? {} : { at }),
  }
}
