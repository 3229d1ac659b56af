import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { Secret } from '../../core/secret.ts'
import { renderFileFault } from '../file-fault.ts'
import type { StoreFault } from '../store.ts'

const largestFile = 16 * 1024 * 1024
const armorStart = '-----BEGIN AGE ENCRYPTED FILE-----'

/** The ciphertext of an age file as it stood when it was read. */
export interface AgeFile {
  readonly kind: 'age-file'
  readonly bytes: Uint8Array
  /** Hash of the bytes on disk. */
  readonly version: string
  /** Kinds of the recipients it is encrypted to, in the order of its header. */
  readonly recipientKinds: readonly string[]
}

/** Reads an age file, armored or binary, without opening it. */
export async function readAgeFile(path: string, label: string): Promise<AgeFile | StoreFault> {
  const raw = await readRegularFile(path, label)
  if (!Buffer.isBuffer(raw)) return raw
  const bytes = await removeArmor(raw)
  const recipientKinds = bytes === undefined ? undefined : readRecipientKinds(bytes)
  if (bytes === undefined || recipientKinds === undefined) {
    const hint = 'Make one with: hooks-sync secrets init'
    return { kind: 'malformed', message: `${label} is not an age file, or is cut off.`, hint }
  }
  if (recipientKinds.includes('scrypt')) {
    const message = `${label} is locked with a passphrase, and hooks-sync cannot ask for one.`
    return { kind: 'malformed', message, hint: 'Encrypt it to a recipient instead: age -a -r age1…' }
  }
  return { kind: 'age-file', bytes, version: hashOf(raw), recipientKinds }
}

/** Returns the version of what is on disk now; absent when nothing is. */
export async function currentVersion(path: string, label: string): Promise<string | undefined> {
  const raw = await readRegularFile(path, label)
  return Buffer.isBuffer(raw) ? hashOf(raw) : undefined
}

/** Opens an age file; absent when none of the keys fits. */
export async function decryptAgeFile(
  file: AgeFile,
  keys: readonly Secret[],
  label: string,
): Promise<{ readonly kind: 'opened'; readonly text: string } | StoreFault | undefined> {
  const plaintext = await decryptAge(file.bytes, keys)
  if (plaintext === 'no-key') return undefined
  const text = plaintext === 'damaged' ? undefined : decodeText(plaintext)
  if (text !== undefined) return { kind: 'opened', text }
  const hint = 'Restore it from version control or a backup.'
  return { kind: 'malformed', message: `${label} was damaged or changed by other means than age.`, hint }
}

/** Decrypts what age encrypted, without its armor. */
export async function decryptAge(
  ciphertext: Uint8Array,
  keys: readonly Secret[],
): Promise<Uint8Array | 'no-key' | 'damaged'> {
  const { Decrypter } = await import('age-encryption')
  const decrypter = new Decrypter()
  for (const key of keys) decrypter.addIdentity(key.reveal())
  try {
    return await decrypter.decrypt(ciphertext)
  } catch (error) {
    return error instanceof Error && error.message.startsWith('no identity matched') ? 'no-key' : 'damaged'
  }
}

/** Encrypts a text to recipients, armored. */
export async function encryptAgeFile(text: string, recipients: readonly string[]): Promise<string> {
  const { armor, Encrypter } = await import('age-encryption')
  const encrypter = new Encrypter()
  for (const recipient of recipients) encrypter.addRecipient(recipient)
  return armor.encode(await encrypter.encrypt(text))
}

/** Says why a text is no recipient that a vault can be encrypted to. */
export async function refuseRecipient(recipient: string): Promise<string | undefined> {
  if (recipient.startsWith('ssh-')) return 'SSH keys are not supported; make an age key with age-keygen.'
  // age allows hybrid and classic recipients side by side, which silently undoes what the hybrid one is for. Only with
  // the 1 behind it is it a kind: what follows in an X25519 recipient is random, and holds no 1.
  if (/^age1(?:pq|tag|tagpq)1/.test(recipient)) return 'Only X25519 recipients are supported.'
  const { Encrypter } = await import('age-encryption')
  try {
    new Encrypter().addRecipient(recipient)
    return undefined
  } catch {
    return 'A recipient is what "age-keygen -y" prints: age1…'
  }
}

async function readRegularFile(path: string, label: string): Promise<Buffer | StoreFault> {
  try {
    const handle = await open(path, 'r')
    try {
      const found = await handle.stat()
      if (!found.isFile()) return { kind: 'malformed', message: `${label} is not a regular file.` }
      if (found.size > largestFile) return { kind: 'malformed', message: `${label} is larger than 16 MiB.` }
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  } catch (error) {
    const fault = renderFileFault(error, label)
    return fault.kind === 'not-found' ? { ...fault, hint: 'Make it with: hooks-sync secrets init' } : fault
  }
}

/** Takes the armor off, where there is one; absent when it is damaged. */
export async function removeArmor(raw: Buffer): Promise<Uint8Array | undefined> {
  const text = raw.toString('latin1').trimStart()
  if (!text.startsWith(armorStart)) return raw
  const { armor } = await import('age-encryption')
  try {
    return armor.decode(text)
  } catch {
    return undefined
  }
}

/** The header is text up to its `---` line; each recipient is a line `-> kind arguments`. */
function readRecipientKinds(bytes: Uint8Array): readonly string[] | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  if (!text.startsWith('age-encryption.org/v1\n')) return undefined
  const end = text.indexOf('\n--- ')
  if (end < 0) return undefined
  const kinds = [...text.slice(0, end).matchAll(/^-> (\S+)/gm)].map(([, kind]) => kind ?? '')
  // Stanzas that some makers add at random, so that readers learn to skip what they do not know.
  return kinds.filter((kind) => !kind.endsWith('-grease'))
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url')
}
