import type { SecretGround, SecretVerdict } from './action.ts'
import { haveUnlikeKeys } from './key-id.ts'
import { HiddenSecret, Secret, type SecretSlot } from './secret.ts'
import type { LiveValue } from './value.ts'

/** Fingerprints to compare where the vendor hides a value. */
export interface Fingerprints {
  /** Of what is declared now, by field path. */
  readonly desired: Readonly<Record<string, string>>
  /** Of what was last written, by field path; undefined where nothing is remembered, so that nothing can be told. */
  readonly ledger: Readonly<Record<string, string>> | undefined
  /** Names of the fields that were declared when the webhook was last applied; undefined where that is not known. */
  readonly declared?: readonly string[]
  /** Write what cannot be compared (`--write-secrets`). */
  readonly writeUnknown: boolean
}

/** A verdict and what it rests on. */
export interface Judgment {
  readonly secret: SecretVerdict
  readonly ground?: SecretGround
}

/** Stands in the ledger for a hidden value that was cleared, so that it is not cleared again with each run. */
export const clearedFingerprint = 'cleared'

/** Stands in the ledger for a secret that was about to be made or written: whatever the vault holds may not be it. */
export const pendingFingerprint = 'pending'

/** Judges a declared secret against the live one: by value where the vendor shows it, else by fingerprint. */
export function judgeSecret(
  path: string,
  slot: SecretSlot,
  live: LiveValue | undefined,
  fingerprints: Fingerprints,
): Judgment {
  const judgment = judgeValue(path, slot, live, fingerprints)
  const isWritten = judgment.secret === 'differs' || judgment.secret === 'write'
  return slot.source.form === 'capture' && isWritten ? { ...judgment, secret: 'capture' } : judgment
}

function judgeValue(
  path: string,
  { source, finding }: SecretSlot,
  live: LiveValue | undefined,
  fingerprints: Fingerprints,
): Judgment {
  const isCaptured = source.form === 'capture'
  const wanted = finding.value
  if (wanted === undefined) {
    const isInterrupted = fingerprints.ledger?.[path] === pendingFingerprint
    return { secret: 'write', ground: isCaptured && isInterrupted ? 'interrupted' : 'not-in-vault' }
  }
  if (live instanceof Secret) return { secret: live.equals(wanted) ? 'same' : 'differs', ground: 'shown' }
  if (!(live instanceof HiddenSecret) && !isCaptured) return { secret: 'write', ground: 'absent' }
  // What the vault holds already is not given up for what the vendor made, only because nobody knows better.
  return judgeHidden(path, isCaptured ? withoutDeclared(fingerprints) : fingerprints)
}

function withoutDeclared(fingerprints: Fingerprints): Fingerprints {
  const { declared: _, ...rest } = fingerprints
  return rest
}

/** Judges what the vendor does not show by what was last written. */
export function judgeHidden(path: string, fingerprints: Fingerprints): Judgment {
  const desired = fingerprints.desired[path]
  const ledger = fingerprints.ledger?.[path]
  if (ledger === pendingFingerprint) return { secret: 'differs', ground: 'interrupted' }
  if (ledger === clearedFingerprint) return { secret: 'differs', ground: 'cleared' }
  if (ledger === undefined && isNew(path, fingerprints)) return { secret: 'write', ground: 'never-declared' }
  const ground = whyUnknown(desired, ledger)
  if (ground !== undefined) return { secret: fingerprints.writeUnknown ? 'write' : 'unknown', ground }
  return { secret: desired === ledger ? 'same' : 'differs', ground: 'fingerprint' }
}

/** Whether the webhook was applied before and this field was not declared then: so nobody has written it yet. */
function isNew(path: string, { declared }: Fingerprints): boolean {
  const [field = ''] = path.split('.', 1)
  return declared !== undefined && !declared.includes(field)
}

function whyUnknown(desired: string | undefined, ledger: string | undefined): SecretGround | undefined {
  if (desired === undefined) return 'no-key'
  if (ledger === undefined) return 'no-fingerprint'
  return haveUnlikeKeys(desired, ledger) ? 'other-key' : undefined
}
