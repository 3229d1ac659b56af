import { mkdir, open, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Secret } from '../../core/secret.ts'
import type { Environment } from '../env/env-store.ts'
import { errnoOf, renderFileFault } from '../file-fault.ts'
import type { StoreFault } from '../store.ts'

/** Keys that open age files, and the recipients that files are encrypted to so that these keys open them. */
export interface AgeIdentities {
  readonly kind: 'identities'
  readonly keys: readonly Secret[]
  readonly recipients: readonly string[]
}

/** One place where identities may stand. */
export interface IdentitySource {
  /** How to name it in a message, for example `the variable SOPS_AGE_KEY`. */
  readonly label: string
  /** The file it reads; absent where the key itself stands in the environment. */
  readonly file?: string
  load(): Promise<AgeIdentities | StoreFault | undefined>
}

export interface IdentityLookup {
  /** The file that the store names; absolute. */
  readonly identity?: string
  readonly env: Environment
  readonly homeDir: string
  /** Files that are looked at last. */
  readonly lastFiles?: readonly string[]
}

/** Where container runtimes mount secrets, with modes that cannot be chosen. */
const runtimeMount = '/run/secrets/'

/** Returns the file that is used when nothing names another. */
export function defaultIdentityFile(homeDir: string): string {
  return `${homeDir}/.config/hooks-sync/key.txt`
}

/** Returns the file that SOPS itself uses when nothing names another. */
export function sopsIdentityFile(env: Environment, homeDir: string): string {
  const configured = env['XDG_CONFIG_HOME']
  const usual = process.platform === 'darwin' ? `${homeDir}/Library/Application Support` : `${homeDir}/.config`
  return `${configured === undefined || configured === '' ? usual : configured}/sops/age/keys.txt`
}

/** Lists the places where identities may stand, in the order in which they are tried. */
export function identitySources({ identity, env, homeDir, lastFiles = [] }: IdentityLookup): readonly IdentitySource[] {
  return [
    ...(identity === undefined ? [] : [fileSource(identity, 'optional')]),
    ...variableSources(env, 'HOOKS_SYNC_AGE_KEY', 'HOOKS_SYNC_AGE_KEY_FILE'),
    ...variableSources(env, 'SOPS_AGE_KEY', 'SOPS_AGE_KEY_FILE'),
    ...[defaultIdentityFile(homeDir), ...lastFiles].map((file) => fileSource(file, 'optional')),
  ]
}

/** Makes an identity file that only its owner can read; never overwrites one. */
export async function createIdentityFile(
  path: string,
  now: Date,
): Promise<{ readonly recipient: string } | StoreFault> {
  const { generateX25519Identity } = await import('age-encryption')
  // Not the hybrid kind: the age command of most distributions cannot read it yet.
  const key = new Secret(await generateX25519Identity())
  const recipient = await deriveRecipient(key)
  const text = `# created: ${now.toISOString()}\n# public key: ${recipient}\n${key.reveal()}\n`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const handle = await open(path, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    return { recipient }
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return { kind: 'conflict', message: `${path} exists and is left as it is.` }
    return renderFileFault(error, path)
  }
}

/** Returns the recipient that files are encrypted to for a key. */
async function deriveRecipient(key: Secret): Promise<string> {
  const { identityToRecipient } = await import('age-encryption')
  return identityToRecipient(key.reveal())
}

function variableSources(env: Environment, keyName: string, fileName: string): readonly IdentitySource[] {
  const key = env[keyName]
  const file = env[fileName]
  const keyLabel = `the variable ${keyName}`
  return [
    ...(key === undefined || key === '' ? [] : [{ label: keyLabel, load: () => parseIdentities(key, keyLabel) }]),
    ...(file === undefined || file === '' ? [] : [fileSource(file, 'required')]),
  ]
}

function fileSource(file: string, presence: 'optional' | 'required'): IdentitySource {
  return { label: file, file, load: () => loadIdentityFile(file, presence) }
}

async function loadIdentityFile(
  file: string,
  presence: 'optional' | 'required',
): Promise<AgeIdentities | StoreFault | undefined> {
  try {
    const refusal = await refuseLooseFile(file)
    return refusal ?? (await parseIdentities(await readFile(file, 'utf8'), file))
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' && presence === 'optional') return undefined
    const fault = renderFileFault(error, `The identity file ${file}`)
    return { ...fault, kind: 'unauthenticated' }
  }
}

async function refuseLooseFile(file: string): Promise<StoreFault | undefined> {
  const found = await stat(file)
  if (!found.isFile()) return { kind: 'unauthenticated', message: `The identity file ${file} is not a regular file.` }
  if (process.getuid === undefined || file.startsWith(runtimeMount)) return undefined
  if (found.uid !== process.getuid()) {
    const message = `The identity file ${file} belongs to another user.`
    return { kind: 'unauthenticated', message, hint: 'Copy it to a file of your own, with mode 0600.' }
  }
  if ((found.mode & 0o077) === 0) return undefined
  return {
    kind: 'unauthenticated',
    message: `The identity file ${file} can be accessed by others (mode ${(found.mode & 0o777).toString(8).padStart(4, '0')}).`,
    hint: `Run: chmod 600 ${file}`,
  }
}

async function parseIdentities(text: string, label: string): Promise<AgeIdentities | StoreFault> {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  // SOPS lets several keys stand in one line of SOPS_AGE_KEY.
  const words = lines.filter((line) => !line.startsWith('#')).flatMap((line) => line.split(/\s+/))
  const keys = words.filter((word) => word !== '').map((word) => new Secret(word))
  if (keys.length === 0) return identityFault(label, 'holds no age identity')
  const recipients: string[] = []
  for (const key of keys) {
    const text = key.reveal()
    if (text.startsWith('AGE-SECRET-KEY-PQ-')) return identityFault(label, 'holds a post-quantum identity')
    if (!text.startsWith('AGE-SECRET-KEY-1')) return identityFault(label, 'holds a line that is no age identity')
    try {
      recipients.push(await deriveRecipient(key))
    } catch {
      return identityFault(label, 'holds an age identity that is cut off or mistyped')
    }
  }
  return { kind: 'identities', keys, recipients }
}

function identityFault(label: string, what: string): StoreFault {
  const hint =
    'hooks-sync uses X25519 identities (AGE-SECRET-KEY-1…), as age-keygen and "hooks-sync secrets init" make them.'
  return { kind: 'unauthenticated', message: `${label[0]?.toUpperCase()}${label.slice(1)} ${what}.`, hint }
}
