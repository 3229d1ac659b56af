import { createHash } from 'node:crypto'
import { canonicalJson } from '../report/canonical-json.ts'

/**
 * Digests a document whatever its layout and the order of its keys, so that an edit is noticed and named. It is no
 * signature: what a plan file says is held against a fresh plan in any case.
 */
export function sealOf(document: unknown): string {
  return createHash('sha256').update(canonicalJson(document)).digest('hex').slice(0, 32)
}
