import { decryptAge, removeArmor } from '../age/age-file.ts'
import type { AgeIdentities, IdentitySource } from '../age/age-identity.ts'
import type { StoreFault } from '../store.ts'
import type { AgeStanza, SopsMetadata } from './sops-metadata.ts'

/** The key that a file's values are encrypted with. */
export interface DataKey {
  readonly kind: 'data-key'
  readonly bytes: Uint8Array
}

const keyLength = 32

/** Opens the data key of a file with the first age identity that fits. */
export async function openDataKey(
  metadata: SopsMetadata,
  sources: readonly IdentitySource[],
  label: string,
): Promise<DataKey | StoreFault> {
  const unusable = refuseRecipients(metadata, label)
  if (unusable !== undefined) return unusable
  const tried: string[] = []
  for (const source of sources) {
    const own = await source.load()
    if (own?.kind !== 'identities') {
      tried.push(own === undefined ? `${source.label} (not there)` : own.message.replace(/\.$/, ''))
      continue
    }
    const key = await firstKey(metadata.ageStanzas, own)
    if (key === 'damaged') return { kind: 'malformed', message: `The data key in ${label} is damaged.`, hint: restore }
    if (key !== undefined) return { kind: 'data-key', bytes: key }
    tried.push(`${source.label} (does not fit)`)
  }
  return noKeyFault(metadata, tried, label)
}

const restore = 'Restore the file from version control.'

function refuseRecipients(
  { ageStanzas, otherRecipients, groups }: SopsMetadata,
  label: string,
): StoreFault | undefined {
  if (ageStanzas.length > 0) return undefined
  if (groups > 0) {
    const message = `${label} is split between ${groups} groups of recipients, which hooks-sync cannot put together.`
    return { kind: 'unauthenticated', message, hint: 'Keep what hooks-sync needs in a file without key_groups.' }
  }
  if (otherRecipients.length === 0) {
    return { kind: 'malformed', message: `${label} is encrypted to nobody: it has no recipients.`, hint: restore }
  }
  const message = `${label} has no age recipient, and hooks-sync opens no others.`
  const hint = `Its recipients are ${otherRecipients.join(', ')}. Run: sops rotate -i --add-age age1… ${label}`
  return { kind: 'unauthenticated', message, hint }
}

async function firstKey(
  stanzas: readonly AgeStanza[],
  { keys }: AgeIdentities,
): Promise<Uint8Array | 'damaged' | undefined> {
  for (const { encryptedKey } of stanzas) {
    const ciphertext = await removeArmor(Buffer.from(encryptedKey))
    const key = ciphertext === undefined ? 'damaged' : await decryptAge(ciphertext, keys)
    if (key === 'no-key') continue
    return key === 'damaged' || key.length !== keyLength ? 'damaged' : key
  }
  return undefined
}

function noKeyFault(
  { ageStanzas, otherRecipients }: SopsMetadata,
  tried: readonly string[],
  label: string,
): StoreFault {
  const recipients = [
    ...ageStanzas.map(({ recipient }) => `${renderRecipient(recipient)} (no identity at hand fits)`),
    ...otherRecipients.map((name) => `${name} (not used by hooks-sync)`),
  ]
  return {
    kind: 'unauthenticated',
    message: `No age identity at hand opens ${label}.`,
    hint: `Its recipients: ${recipients.join('; ')}. Tried: ${tried.join('; ')}.`,
  }
}

/** What stands in the file is shown only if it is a recipient at all. */
function renderRecipient(recipient: string): string {
  return /^age1[a-z0-9]{8,60}$/.test(recipient) ? recipient : 'an age recipient of another kind'
}
