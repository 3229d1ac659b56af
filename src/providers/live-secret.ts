import { HiddenSecret, Secret } from '../core/secret.ts'

/**
 * Reads a secret from an answer: in clear, behind a mask, left out (which tells nothing), or empty, which is none.
 */
export function readLiveSecret(value: string | null | undefined): Secret | HiddenSecret | undefined {
  if (value === undefined || value === null) return new HiddenSecret('unreadable')
  if (value === '') return undefined
  return isMask(value) ? new HiddenSecret('masked') : new Secret(value)
}

/** Tells a mask (`***`, `****abcd`, `••••`, `xxxxxxxx`, `[hidden]`) from a value. */
export function isMask(value: string): boolean {
  return masks.some((mask) => mask.test(value))
}

const masks: readonly RegExp[] = [
  /^\*+$|\*{3}|[•●·∙█]{3}/u,
  /^(?:x{4,}|X{4,}|\.{3,}|-{3,}|_{3,}|#{3,}|…+)$/u,
  /^[<[({]?\s*(?:redacted|hidden|masked|secret|filtered|sensitive|protected|encrypted)\s*[>\])}]?$/iu,
]

/** Takes a secret that the vendor made from an answer; undefined where there is none, or just a mask, which is worth nothing. */
export function readMadeSecret(value: string | null | undefined): Secret | undefined {
  return value === undefined || value === null || value === '' || isMask(value) ? undefined : new Secret(value)
}
