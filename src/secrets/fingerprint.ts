import { createHmac } from 'node:crypto'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Secret } from '../core/secret.ts'

/** What a fingerprint is about; equal secrets in different places have unlike fingerprints. */
export interface FingerprintScope {
  readonly account: string
  readonly webhook: string
  readonly field: string
}

/** Computes `fp1:<key id>:<tag>`; keyed, so that nobody without the key can test guesses. */
export type Fingerprinter = (value: Secret, scope: FingerprintScope) => string

const keyBytes = 32
const tagBytes = 16
const tagLabel = 'hooks-sync/fp/v1'
const keyIdLabel = 'hooks-sync/fp/key-id/v1'

/** Makes the fingerprinter of a key; answers with a finding where the key is not one. */
export function makeFingerprinter(key: Secret): Fingerprinter | Diagnostic {
  const bytes = decodeKey(key.reveal())
  if (bytes === undefined) {
    return {
      code: 'HS2010',
      severity: 'error',
      message: 'The fingerprint key is not 32 bytes in base64url, base64 or hex.',
      hint: 'Make one with: hooks-sync secrets init',
    }
  }
  const keyId = authenticate(bytes, [keyIdLabel]).toString('base64url').slice(0, 6)
  return (value, { account, webhook, field }) => {
    const tag = authenticate(bytes, [tagLabel, account, webhook, field, value.reveal()])
    return `fp1:${keyId}:${tag.subarray(0, tagBytes).toString('base64url')}`
  }
}

function decodeKey(text: string): Buffer | undefined {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex')
  if (!/^(?:[A-Za-z0-9_-]{43}|[A-Za-z0-9+/]{43})=?$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === keyBytes ? bytes : undefined
}

/** Each part is preceded by its length, so that no two lists of parts are one text. */
function authenticate(key: Buffer, parts: readonly string[]): Buffer {
  const mac = createHmac('sha256', key)
  for (const part of parts) {
    const bytes = Buffer.from(part, 'utf8')
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    mac.update(length).update(bytes)
  }
  return mac.digest()
}
