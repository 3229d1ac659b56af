import type { StoreFault } from '../store.ts'
import { type AgeFile, decryptAgeFile, readAgeFile, refuseRecipient } from './age-file.ts'
import type { AgeIdentities, IdentitySource } from './age-identity.ts'
import { parseVault, type VaultContent } from './vault-content.ts'

/** How the vaults of one store are opened and whom they are kept readable for. */
export interface AgeVaultOptions {
  readonly sources: readonly IdentitySource[]
  /** Recipients the configuration names besides those the vault notes and the identity's own. */
  readonly recipients: readonly string[]
  readonly label: (path: string) => string
}

/** A vault as it stood when it was read, in clear. */
export interface OpenVault {
  readonly kind: 'open'
  readonly file: AgeFile
  readonly content: VaultContent
  readonly own: AgeIdentities
}

/** Opens a vault with the first identity that fits. */
export async function openVault(path: string, options: AgeVaultOptions): Promise<OpenVault | StoreFault> {
  const label = options.label(path)
  const file = await readAgeFile(path, label)
  if (file.kind !== 'age-file') return file
  const tried: string[] = []
  for (const source of options.sources) {
    const own = await source.load()
    if (own?.kind !== 'identities') {
      if (own !== undefined) return own
      tried.push(`${source.label} (not there)`)
      continue
    }
    const opened = await decryptAgeFile(file, own.keys, label)
    if (opened?.kind === 'opened') return readContent({ kind: 'open', file, own }, opened.text, label)
    if (opened !== undefined) return opened
    tried.push(`${source.label} (does not fit)`)
  }
  const hint = `Tried: ${tried.join('; ')}. Set HOOKS_SYNC_AGE_KEY_FILE, or HOOKS_SYNC_AGE_KEY in CI.`
  return { kind: 'unauthenticated', message: `No identity at hand opens ${label}.`, hint }
}

function readContent(vault: Omit<OpenVault, 'content'>, text: string, label: string): OpenVault | StoreFault {
  const content = parseVault(text)
  if (typeof content !== 'string') return { ...vault, content }
  return { kind: 'malformed', message: `${label} ${content}.`, hint: 'Look at it with: age -d -i <identity> <file>' }
}

/** Returns the identity that a new vault is made for. */
export async function firstIdentities(options: AgeVaultOptions, label: string): Promise<AgeIdentities | StoreFault> {
  for (const source of options.sources) {
    const own = await source.load()
    if (own !== undefined) return own
  }
  const hint = `Looked for: ${options.sources.map((source) => source.label).join('; ')}.`
  return { kind: 'unauthenticated', message: `There is no identity to make ${label} for.`, hint }
}

/** Names everyone the file must stay readable for; refuses when somebody would be locked out unnoticed. */
export async function recipientsFor(
  { file, content, own }: OpenVault,
  options: AgeVaultOptions,
  label: string,
): Promise<readonly string[] | StoreFault> {
  const known = await checkRecipients([...content.recipients, ...own.recipients, ...options.recipients], label)
  if ('kind' in known) return known
  const foreign = file.recipientKinds.find((kind) => kind !== 'X25519')
  if (foreign !== undefined) {
    const message = `${label} is encrypted to a recipient of kind "${foreign}", which hooks-sync could not keep.`
    return { kind: 'read-only', message, hint: 'Encrypt it anew to X25519 recipients (age1…) only.' }
  }
  if (file.recipientKinds.length <= known.length) return known
  const message = `${label} is encrypted to ${file.recipientKinds.length} recipients, but only ${known.length} of them are known here.`
  const hint = 'List all of them under "recipients" of its store, so that writing locks nobody out.'
  return { kind: 'read-only', message, hint }
}

/** Lets through what a vault can be encrypted to. */
export async function checkRecipients(
  recipients: readonly string[],
  label: string,
): Promise<readonly string[] | StoreFault> {
  const distinct = [...new Set(recipients)]
  for (const recipient of distinct) {
    const hint = await refuseRecipient(recipient)
    if (hint === undefined) continue
    return { kind: 'read-only', message: `A recipient of ${label} cannot be used.`, hint }
  }
  return distinct
}
