import type { Diagnostic } from '../core/diagnostic.ts'
import { createIdentityFile, defaultIdentityFile, identitySources } from './age/age-identity.ts'
import { type AgeStoreSettings, parseAgeSettings } from './age/age-settings.ts'
import { expandPath } from './credentials.ts'
import { reportPlaceFault, reportReferenceFault, reportStoreFault } from './findings.ts'
import { makeFingerprinter } from './fingerprint.ts'
import { generateSecret } from './generate.ts'
import { settingsFault } from './locate.ts'
import { isReferenceFault, parseReference } from './reference.ts'
import { makeResolver, type ResolverOptions, type Want, type WriteTarget } from './resolver.ts'
import type { StoreFault } from './store.ts'
import { makeStoreDirectory } from './store-directory.ts'

export interface InitVaultOptions extends ResolverOptions {
  /** Age files that references name although no store does; absolute. */
  readonly files?: readonly string[]
  readonly now: () => Date
}

/** What there is after `initVault`, and whether it was there before. */
export interface InitStep {
  readonly outcome: 'made' | 'kept'
  readonly what: 'identity' | 'vault' | 'fingerprint-key'
  /** A file, or the reference of the fingerprint key; not secret. */
  readonly place: string
  /** Whom files are encrypted to; told when an identity was made, because others need it. */
  readonly recipient?: string
}

export interface InitReport {
  readonly steps: readonly InitStep[]
  readonly diagnostics: readonly Diagnostic[]
}

interface VaultPlan {
  readonly file: string
  readonly settings: AgeStoreSettings
  readonly origin: WriteTarget
}

type StepResult = InitStep | Diagnostic

/** Makes the identity, the vaults and the fingerprint key where the configuration wants them; keeps what is there. */
export async function initVault(options: InitVaultOptions): Promise<InitReport> {
  const results: StepResult[] = []
  for (const plan of planVaults(options)) {
    if ('code' in plan) results.push(plan)
    else results.push(...(await initOneVault(plan, options)))
  }
  const hasFailed = results.some((result) => 'code' in result)
  if (options.fingerprintKey !== undefined && !hasFailed) {
    results.push(await initFingerprintKey(options.fingerprintKey, options))
  }
  return {
    steps: results.filter((result) => 'what' in result),
    diagnostics: results.filter((result) => 'code' in result),
  }
}

/** Lists the age files of the stores, of the fingerprint key, and those named besides; each once. */
function planVaults({
  stores,
  fingerprintKey,
  files = [],
  homeDir,
}: InitVaultOptions): readonly (VaultPlan | Diagnostic)[] {
  const plans = new Map<string, VaultPlan | Diagnostic>()
  for (const config of stores.filter(({ backend }) => backend === 'age')) {
    const origin = { ref: config.alias, baseDir: config.baseDir, ...(config.at === undefined ? {} : { at: config.at }) }
    const settings = parseAgeSettings(config, homeDir)
    if ('message' in settings) plans.set(config.alias, reportPlaceFault(settingsFault(settings, config), origin))
    else if (settings.file !== undefined) plans.set(settings.file, { file: settings.file, settings, origin })
  }
  for (const file of [...fingerprintKeyFile(fingerprintKey, homeDir), ...files]) {
    if (!plans.has(file)) plans.set(file, { file, settings: { recipients: [] }, origin: { ref: file, baseDir: file } })
  }
  return Array.from(plans.values())
}

function fingerprintKeyFile(target: WriteTarget | undefined, homeDir: string): readonly string[] {
  if (target === undefined) return []
  const reference = parseReference(target.ref)
  if (isReferenceFault(reference) || reference.backend !== 'age') return []
  return [expandPath(reference.path, target.baseDir, homeDir)]
}

async function initOneVault(plan: VaultPlan, options: InitVaultOptions): Promise<readonly StepResult[]> {
  const { file, settings, origin } = plan
  const directory = makeStoreDirectory(options)
  const store = await directory.ageStore(file)
  if ('message' in store) return [reportPlaceFault(store, origin)]
  // A vault that is there was made for an identity that is elsewhere; a new one would not open it.
  const existing = await store.list?.(file)
  const isThere = existing !== undefined && !('message' in existing && existing.kind === 'not-found')
  const identity = isThere ? undefined : await initIdentity(settings, options)
  if (identity !== undefined && 'message' in identity) return [reportStoreFault(identity, origin)]
  const outcome = await store.create(file)
  if (typeof outcome === 'object') return [...(identity ?? []), reportStoreFault(outcome, origin)]
  return [...(identity ?? []), { outcome, what: 'vault', place: file }]
}

async function initIdentity(
  settings: AgeStoreSettings,
  { env, homeDir, now }: InitVaultOptions,
): Promise<readonly InitStep[] | StoreFault> {
  for (const source of identitySources({ ...settings, env, homeDir })) {
    const found = await source.load()
    if (found?.kind === 'identities') return [{ outcome: 'kept', what: 'identity', place: source.label }]
    if (found !== undefined) return found
  }
  const place = settings.identity ?? defaultIdentityFile(homeDir)
  const made = await createIdentityFile(place, now())
  if ('message' in made) return made
  return [{ outcome: 'made', what: 'identity', place, recipient: made.recipient }]
}

async function initFingerprintKey(target: WriteTarget, options: InitVaultOptions): Promise<StepResult> {
  const reference = parseReference(target.ref)
  if (isReferenceFault(reference)) return reportReferenceFault(reference, target)
  const resolver = makeResolver(options)
  try {
    const want: Want = { ...target, optional: true, use: 'fingerprint-key' }
    const { values, diagnostics } = await resolver.resolve([want])
    const [failure] = diagnostics
    if (failure !== undefined) return failure
    const found = values.get(want)
    if (found !== undefined) {
      const usable = makeFingerprinter(found)
      if (typeof usable === 'function') return { outcome: 'kept', what: 'fingerprint-key', place: target.ref }
      return { ...usable, ...(target.at === undefined ? {} : { at: target.at, length: target.ref.length }) }
    }
    const outcome = await resolver.write(target, generateSecret(32), 'absent')
    if (outcome.kind !== 'written') return outcome.diagnostic
    return { outcome: 'made', what: 'fingerprint-key', place: target.ref }
  } finally {
    await resolver.close()
  }
}
