import { createDecipheriv } from 'node:crypto'

/** A value that SOPS encrypted. */
export interface EncryptedValue {
  readonly data: Buffer
  readonly iv: Buffer
  readonly tag: Buffer
  readonly type: string
}

const base64 = '[A-Za-z0-9+/]*={0,2}'
const form = new RegExp(`^ENC\\[AES256_GCM,data:(${base64}),iv:(${base64}),tag:(${base64}),type:([a-z]+)\\]$`)
const tagLength = 16
const shortestIv = 12
const longestIv = 64

/** Tells whether a text is meant as an encrypted value, well formed or not. */
export function isEncrypted(text: string): boolean {
  return text.startsWith('ENC[')
}

/** Reads `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`; absent for anything that SOPS would not have written. */
export function parseEncrypted(text: string): EncryptedValue | undefined {
  const [, ...parts] = form.exec(text) ?? []
  const [data, iv, tag] = parts.slice(0, 3).map(decode)
  const type = parts[3]
  if (data === undefined || iv === undefined || tag === undefined || type === undefined) return undefined
  const isSound = data.length > 0 && tag.length === tagLength && iv.length >= shortestIv && iv.length <= longestIv
  return isSound ? { data, iv, tag, type } : undefined
}

/** Decrypts a value; absent when the key or the place it is bound to is another, or it was changed. */
export function decryptValue({ data, iv, tag }: EncryptedValue, key: Uint8Array, boundTo: string): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagLength })
  decipher.setAAD(Buffer.from(boundTo))
  decipher.setAuthTag(tag)
  try {
    return Buffer.concat([decipher.update(data), decipher.final()])
  } catch {
    return undefined
  }
}

/** Decodes base64 that has one spelling only, so that no change of the text goes unnoticed. */
function decode(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}
