import { fieldOf, type SopsFields, type SopsNode } from './sops-node.ts'

/** One age recipient, and the data key encrypted to it. */
export interface AgeStanza {
  readonly recipient: string
  readonly encryptedKey: string
}

/** What SOPS notes in a file beside its values. */
export interface SopsMetadata {
  readonly mac: string
  readonly lastModified: string
  readonly isMacOfEncryptedOnly: boolean
  readonly ageStanzas: readonly AgeStanza[]
  /** Names of the other kinds of recipients, with how many there are of each. */
  readonly otherRecipients: readonly string[]
  /** How many groups of recipients must open the file together; none when any recipient does. */
  readonly groups: number
}

const otherKinds = {
  pgp: 'PGP',
  kms: 'AWS KMS',
  gcp_kms: 'Google Cloud KMS',
  azure_kv: 'Azure Key Vault',
  hc_vault: 'HashiCorp Vault',
  hckms: 'Huawei Cloud KMS',
} as const

/** Takes apart what stands under `sops`; answers with what is wrong where a value could not be trusted. */
export function readMetadata(notes: SopsNode): SopsMetadata | string {
  if (notes.kind !== 'fields') return 'has something else than a group of fields under "sops"'
  const mac = textOf(notes, 'mac')
  const lastModified = textOf(notes, 'lastmodified')
  if (mac === undefined || mac === '') return 'has no MAC, so nobody can tell whether it was changed'
  if (lastModified === undefined) return 'does not say when it was last modified, without which its MAC proves nothing'
  return {
    mac,
    lastModified,
    isMacOfEncryptedOnly: /^(?:true|1|t)$/i.test(textOf(notes, 'mac_only_encrypted') ?? ''),
    ageStanzas: listOf(notes, 'age').flatMap(toStanza),
    otherRecipients: Object.entries(otherKinds).flatMap(([key, name]) => renderCount(listOf(notes, key).length, name)),
    groups: listOf(notes, 'key_groups').length,
  }
}

function toStanza(node: SopsNode): readonly AgeStanza[] {
  if (node.kind !== 'fields') return []
  const recipient = textOf(node, 'recipient')
  const encryptedKey = textOf(node, 'enc')
  return recipient === undefined || encryptedKey === undefined ? [] : [{ recipient, encryptedKey }]
}

function renderCount(count: number, name: string): readonly string[] {
  if (count === 0) return []
  return [count === 1 ? name : `${name} (${count})`]
}

function textOf(fields: SopsFields, name: string): string | undefined {
  const node = fieldOf(fields, name)
  return node?.kind === 'text' || node?.kind === 'literal' ? node.text : undefined
}

/** Lists the items of a list, or of fields that are named by their index. */
function listOf(fields: SopsFields, name: string): readonly SopsNode[] {
  const node = fieldOf(fields, name)
  if (node?.kind === 'list') return node.items
  return node?.kind === 'fields' ? node.entries.map(([, item]) => item) : []
}
