import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { armor, Encrypter } from 'age-encryption'

/**
 * A writer of SOPS files, made from what `sops.go`, `aes/cipher.go` and `stores/` of getsops/sops do, and sharing no line
 * with the reader.
 */

/** A value in clear. A map keeps the order of its entries, also where names look like numbers. */
export type Plain = string | number | boolean | null | readonly Plain[] | PlainMap
export type PlainMap = ReadonlyMap<string, Plain>

/** A value as it stands in the file. */
export type Written = string | number | boolean | null | readonly Written[] | WrittenMap
export type WrittenMap = ReadonlyMap<string, Written>

export type Format = 'yaml' | 'json' | 'env' | 'ini' | 'txt'

export interface SopsRules {
  readonly unencryptedSuffix?: string
  readonly macOnlyEncrypted?: boolean
}

/** A document after encryption, before it is written in some format. */
export interface Encrypted {
  readonly document: WrittenMap
  readonly notes: WrittenMap
}

const lastModified = '2026-11-20T10:11:12Z'

export function mapOf(entries: Readonly<Record<string, Plain>>): PlainMap {
  return new Map(Object.entries(entries))
}

/** Encrypts the values and makes the MAC, as `Tree.Encrypt` does. */
export function encryptDocument(document: PlainMap, key: Uint8Array, rules: SopsRules = {}): Encrypted {
  const { unencryptedSuffix = '_unencrypted', macOnlyEncrypted = false } = rules
  const hash = createHash('sha512')
  if (macOnlyEncrypted) hash.update(createHash('sha256').update('sops').digest())
  const encryptAt = (value: Plain, path: readonly string[]): Written => {
    if (value === null) return null
    if (value instanceof Map) return encryptMap(value, path)
    if (Array.isArray(value)) return value.map((item: Plain) => encryptAt(item, path))
    const [text, type] = spell(value as string | number | boolean)
    const isClear = path.some((name) => name.endsWith(unencryptedSuffix))
    if (!isClear || !macOnlyEncrypted) hash.update(text)
    return isClear ? value : seal(text, type, `${path.join(':')}:`, key)
  }
  const encryptMap = (map: PlainMap, path: readonly string[]): WrittenMap =>
    new Map(Array.from(map, ([name, value]) => [name, encryptAt(value, [...path, name])]))
  const written = encryptMap(document, [])
  const mac = hash.digest('hex').toUpperCase()
  const notes = new Map<string, Written>([
    ['lastmodified', lastModified],
    ['mac', seal(mac, 'str', lastModified, key)],
    ['unencrypted_suffix', unencryptedSuffix],
    ['version', '3.13.2'],
  ])
  return { document: written, notes: macOnlyEncrypted ? notes.set('mac_only_encrypted', true) : notes }
}

/** Adds the data key, encrypted to age recipients. */
export async function addRecipients(
  { document, notes }: Encrypted,
  key: Uint8Array,
  recipients: readonly string[],
): Promise<Encrypted> {
  const stanzas = await Promise.all(
    recipients.map(async (recipient) => {
      const encrypter = new Encrypter()
      encrypter.addRecipient(recipient)
      const enc = `${armor.encode(await encrypter.encrypt(key)).trimEnd()}\n`
      return new Map<string, Written>([
        ['recipient', recipient],
        ['enc', enc],
      ])
    }),
  )
  return { document, notes: new Map<string, Written>([['age', stanzas], ...notes]) }
}

/** Encrypts one value: a nonce of 32 bytes, bound to where it stands. Empty texts stay as they are. */
function seal(text: string, type: string, boundTo: string, key: Uint8Array): string {
  if (text === '') return ''
  const iv = randomBytes(32)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(Buffer.from(boundTo))
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64')
  const tag = cipher.getAuthTag().toString('base64')
  return `ENC[AES256_GCM,data:${data},iv:${iv.toString('base64')},tag:${tag},type:${type}]`
}

/** Writes a file the way the store of the format does. */
export function renderFile({ document, notes }: Encrypted, format: Format): string {
  if (format === 'env') return renderEnv(document, notes)
  if (format === 'ini') return renderIni(document, notes)
  const whole = new Map<string, Written>([...document, ['sops', notes]])
  return format === 'yaml' ? renderYaml(whole, '') : `${renderJson(whole, '')}\n`
}

/** Go: `strconv.Itoa`, `FormatFloat(…, 'f', -1, 64)`, and truth values as Python spells them. */
function spell(value: string | number | boolean): readonly [text: string, type: string] {
  if (typeof value === 'string') return [value, 'str']
  if (typeof value === 'boolean') return [value ? 'True' : 'False', 'bool']
  return [String(value), Number.isInteger(value) ? 'int' : 'float']
}

function renderYaml(map: WrittenMap, indent: string): string {
  return Array.from(map, ([name, value]) => `${indent}${JSON.stringify(name)}:${renderYamlValue(value, indent)}`).join(
    '',
  )
}

function renderYamlValue(value: Written, indent: string): string {
  const below = `${indent}    `
  if (value instanceof Map) return value.size === 0 ? ' {}\n' : `\n${renderYaml(value as WrittenMap, below)}`
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []\n'
    return `\n${value.map((item: Written) => `${below}-${renderYamlValue(item, `${below}  `)}`).join('')}`
  }
  if (typeof value !== 'string') return ` ${JSON.stringify(value)}\n`
  // The form in which SOPS writes the data key.
  return /^-----BEGIN [^]*\n$/.test(value)
    ? ` |\n${value.replaceAll(/^(?=.)/gm, below)}`
    : ` ${JSON.stringify(value)}\n`
}

function renderJson(value: Written, indent: string): string {
  const below = `${indent}\t`
  if (value instanceof Map) {
    const lines = Array.from(value as WrittenMap, ([k, v]) => `${below}${JSON.stringify(k)}: ${renderJson(v, below)}`)
    return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`
  }
  if (Array.isArray(value)) return `[${value.map((item: Written) => renderJson(item, below)).join(', ')}]`
  return JSON.stringify(value)
}

function renderEnv(document: WrittenMap, notes: WrittenMap): string {
  const own = flatten(notes).map(([name, value]): [string, string] => [`sops_${name}`, value])
  return [...flatten(document), ...own].map(([name, value]) => `${name}=${value.replaceAll('\n', '\\n')}\n`).join('')
}

function renderIni(document: WrittenMap, notes: WrittenMap): string {
  const section = ([name, map]: readonly [string, WrittenMap]): string =>
    [`[${name}]\n`, ...flatten(map).map(([key, value]) => `${key} = ${value.replaceAll('\n', '\\n')}\n`), '\n'].join('')
  return [...(document as ReadonlyMap<string, WrittenMap>), ['sops', notes] as const].map(section).join('')
}

function flatten(value: Written, prefix = ''): readonly (readonly [string, string])[] {
  if (value instanceof Map) {
    const mark = prefix === '' ? '' : `${prefix}__map_`
    return Array.from(value as WrittenMap).flatMap(([name, item]) => flatten(item, mark + name))
  }
  if (Array.isArray(value)) return value.flatMap((item: Written, index) => flatten(item, `${prefix}__list_${index}`))
  return [[prefix, typeof value === 'string' ? value : JSON.stringify(value)]]
}
