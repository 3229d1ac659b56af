import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { Secret } from '../../src/core/secret.ts'
import { identitySources } from '../../src/secrets/age/age-identity.ts'
import { type AgeStore, makeAgeStore } from '../../src/secrets/age/age-store.ts'
import type { FieldPatch } from '../../src/secrets/store.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** An age file on disk with everything a test needs around it. */
export interface VaultOnDisk {
  readonly directory: string
  readonly file: string
  readonly identityFile: string
  readonly identity: string
  readonly recipient: string
}

export const anyone = { env: {}, homeDir: '/nonexistent' }

/** Makes an identity and an age file that holds `plaintext`, the way the age command would. */
export async function aVault(
  plaintext: unknown = {},
  also: { readonly recipients?: readonly string[] } = {},
): Promise<VaultOnDisk> {
  const directory = await temporaryDirectory()
  const identity = await generateX25519Identity()
  const recipient = await identityToRecipient(identity)
  const identityFile = join(directory, 'key.txt')
  await writeFile(identityFile, `# made for a test\n${identity}\n`, { mode: 0o600 })
  const file = join(directory, 'secrets.age')
  await writeFile(file, await encrypt(JSON.stringify(plaintext), [recipient, ...(also.recipients ?? [])]))
  return { directory, file, identityFile, identity, recipient }
}

export async function encrypt(text: string, recipients: readonly string[]): Promise<string> {
  const encrypter = new Encrypter()
  for (const recipient of recipients) encrypter.addRecipient(recipient)
  return armor.encode(await encrypter.encrypt(text))
}

export async function decrypt(file: string, identity: string): Promise<string> {
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity)
  return decrypter.decrypt(armor.decode(await readFile(file, 'utf8')), 'text')
}

export async function decryptJson(file: string, identity: string): Promise<Record<string, unknown>> {
  return JSON.parse(await decrypt(file, identity)) as Record<string, unknown>
}

export function storeOf(
  vault: Pick<VaultOnDisk, 'identityFile'>,
  options: { readonly recipients?: readonly string[]; readonly lockTimeoutMs?: number } = {},
): AgeStore {
  return makeAgeStore({
    sources: identitySources({ identity: vault.identityFile, ...anyone }),
    recipients: [],
    label: (path) => path,
    ...options,
  })
}

export function patchOf(pointer: string, value: string): readonly FieldPatch[] {
  return [{ pointer: pointer.split('/').slice(1), value: new Secret(value) }]
}
