import type { LoadedProject } from '../config/project.ts'
import { type Diagnostic, DiagnosticError, type Position } from '../core/diagnostic.ts'
import type { SecretSource } from '../core/secret.ts'
import { findStore } from '../secrets/find-store.ts'
import { isReferenceFault, parseReference } from '../secrets/reference.ts'
import type { Resolution, Resolver, Want } from '../secrets/resolver.ts'
import { type Credential, findUnsendable } from './check-credentials.ts'
import { fingerprintTarget } from './secrets-of-run.ts'

/** What is known of one reference after every store was asked. Holds no value. */
export interface CheckedSecret {
  readonly ref: string
  /** Alias of the store, or the backend where no store is configured for it. */
  readonly store: string
  /** What the reference is for, as `provider/key field`; more than one where it is shared. */
  readonly uses: readonly string[]
  /** `to-be-made`: not there yet, which is in order for what is generated or captured. */
  readonly outcome: 'there' | 'to-be-made' | 'failed'
  readonly version?: string
  /** Whether a write would be let through; told where `--write` asked and hooks-sync is to write there. */
  readonly writable?: boolean
  /** Why it failed, or cannot be written. */
  readonly diagnostics: readonly Diagnostic[]
}

/** A reference as the files declare it, once, however often it stands there. */
interface Declared {
  readonly want: Want
  readonly forms: ReadonlySet<SecretSource['form']>
  readonly uses: readonly string[]
  /** Set where a request has to carry it. */
  readonly credential?: Credential
}

/** Asks the stores for everything that the files refer to, and, if wanted, whether they can be written where need be. */
export async function checkSecrets(
  project: LoadedProject,
  resolver: Resolver,
  { write }: { readonly write: boolean },
): Promise<readonly CheckedSecret[]> {
  const declared = listDeclared(project)
  const resolution = await resolver.resolve(declared.map(({ want }) => want))
  const checked: CheckedSecret[] = []
  for (const each of declared) {
    const probe = write && isWritten(each) ? await probeWrite(resolver, each.want) : undefined
    checked.push(describe(project, each, resolution, probe))
  }
  return checked
}

function listDeclared(project: LoadedProject): readonly Declared[] {
  const declared = new Map<string, Declared>()
  const key = fingerprintTarget(project)
  if (key !== undefined) {
    const want: Want = { ...key, optional: true, use: 'fingerprint-key' }
    declared.set(placeOf(want), { want, forms: new Set(['ref']), uses: ['fingerprint_key'] })
  }
  for (const { slot, path, baseDir } of project.secrets.filter((secret) => secret.path[0] === 'providers')) {
    const { ref, form } = slot.source
    const place = project.place(path)
    const want: Want = { ref, baseDir, ...(place === undefined ? {} : { at: place.at }), optional: form !== 'ref' }
    const known = declared.get(placeOf(want))
    declared.set(placeOf(want), {
      want: known === undefined ? want : { ...known.want, optional: known.want.optional === true && form !== 'ref' },
      forms: new Set([...(known?.forms ?? []), form]),
      uses: [...(known?.uses ?? []), renderUse(path.map(String))],
      ...credentialAt(path.map(String), ref, place?.at, known),
    })
  }
  return [...declared.values()]
}

function placeOf({ ref, baseDir }: Want): string {
  return JSON.stringify([ref, baseDir])
}

/** Accounts may share a credential; the first one stands for all. */
function credentialAt(
  [, provider = '', part, ...name]: readonly string[],
  ref: string,
  at: Position | undefined,
  known: Declared | undefined,
): Pick<Declared, 'credential'> {
  if (known?.credential !== undefined) return { credential: known.credential }
  return part === 'auth' ? { credential: { provider, name: name.join('.'), ref, at } } : {}
}

/** Names what a secret is for: `chat/inbound signing_secret`, or `chat auth.key_secret`. */
function renderUse([, provider = '', part = '', key = '', ...field]: readonly string[]): string {
  if (part !== 'webhooks') return `${provider} ${[part, key, ...field].filter((step) => step !== '').join('.')}`
  return `${provider}/${key} ${field.join('.')}`
}

/** Tells whether hooks-sync itself writes there: what vendors make, what it makes, and its own key. */
function isWritten({ forms, want }: Declared): boolean {
  return want.use === 'fingerprint-key' || forms.has('capture') || forms.has('generate')
}

async function probeWrite(resolver: Resolver, want: Want): Promise<readonly Diagnostic[]> {
  try {
    await resolver.proveWritable(want)
    return []
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics
    throw error
  }
}

function describe(
  project: LoadedProject,
  { want, uses, credential }: Declared,
  resolution: Resolution,
  probe: readonly Diagnostic[] | undefined,
): CheckedSecret {
  const value = resolution.values.get(want)
  const unsendable = credential === undefined ? undefined : findUnsendable(credential, value)
  const failure = resolution.failed.get(want) ?? unsendable
  const version = resolution.versions.get(want)
  return {
    ref: want.ref,
    store: nameStore(project, want.ref),
    uses,
    outcome: failure !== undefined ? 'failed' : value !== undefined ? 'there' : 'to-be-made',
    ...(version === undefined ? {} : { version }),
    ...(probe === undefined ? {} : { writable: probe.length === 0 }),
    diagnostics: [...(failure === undefined ? [] : [failure]), ...(probe ?? [])],
  }
}

function nameStore({ stores }: LoadedProject, ref: string): string {
  const reference = parseReference(ref)
  if (isReferenceFault(reference)) return ''
  const config = findStore(reference, stores)
  return config === undefined || 'message' in config ? (reference.store ?? reference.backend) : config.alias
}
