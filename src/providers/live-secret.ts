import { HiddenSecret, Secret } from '../core/secret.ts'

/**
 * Reads a secret from an answer: in clear, behind a mask, left out (which tells nothing), or empty, which is none.
 */
export function readLiveSecret(value: string | null | undefined): Secret | HiddenSecret | undefined {
  if (value === undefined || value === null) return new HiddenSecret('unreadable')
  if (value === '') return undefined
  return isMask(value) ? new HiddenSecret('masked') : new Secret(value)
}

/** Tells a mask (`***`, `****abcd`, `••••`) from a value. */
export function isMask(value: string): boolean {
  return /^\*+$|\*{3}|•{3}/u.test(value)
}
