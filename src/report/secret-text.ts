import type { Change, SecretGround, SecretVerdict } from '../core/action.ts'
import type { Rung } from '../core/rung.ts'

export type SecretChange = Extract<Change, { readonly secret: SecretVerdict }>

/** Words what is found about a field whose value is not shown; never the value. */
export type SecretWords = (change: SecretChange) => string

type Words = Readonly<Record<SecretVerdict, string>>
type Grounds = { readonly [verdict in SecretVerdict]?: { readonly [ground in SecretGround]?: string } }

const planned: Words = {
  same: 'unchanged',
  differs: 'differs, will be written',
  unknown: 'cannot be compared, left as it is',
  write: 'will be written',
  capture: 'will be taken from the vendor and stored in the vault',
}

const plannedOn: Grounds = {
  differs: {
    shown: 'the vendor has another one, will be written',
    fingerprint: 'changed since it was written last, will be written',
    interrupted: 'an interrupted run may not have written it, will be written',
    cleared: 'was cleared, will be written',
    clearing: 'will be cleared',
  },
  unknown: {
    'no-key': 'cannot be compared without the fingerprint key, left as it is',
    'other-key': 'cannot be compared, its fingerprint was made with another key; left as it is',
    'no-fingerprint': 'cannot be compared, hooks-sync has not written it; left as it is',
  },
  write: {
    absent: 'the vendor has none, will be written',
    'never-declared': 'newly declared, will be written',
    'not-in-vault': 'will be made, kept in the vault and written',
  },
}

const found: Words = {
  same: 'unchanged',
  differs: 'differs',
  unknown: 'cannot be compared',
  write: 'not written yet',
  capture: 'the vendor makes it with the new webhook',
}

const foundOn: Grounds = {
  differs: {
    shown: 'the vendor has another one',
    fingerprint: 'changed since it was written last',
    interrupted: 'an interrupted run may not have written it',
    cleared: 'was cleared',
    clearing: 'not cleared yet',
  },
  unknown: {
    'no-key': 'cannot be compared without the fingerprint key',
    'other-key': 'cannot be compared, its fingerprint was made with another key',
    'no-fingerprint': 'cannot be compared, hooks-sync has not written it',
  },
  write: { absent: 'the vendor has none', 'not-in-vault': 'not made yet' },
  capture: {
    'not-in-vault': 'not in the vault',
    shown: 'the vault has another one than the vendor',
    fingerprint: 'changed in the vault since it was captured',
    interrupted: 'an interrupted run may not have stored it',
  },
}

/** How a secret is had that the vendor made some time ago. */
const ways: { readonly [rung in Rung]: string } = {
  fetch: 'the vendor shows it again, so it will be read and stored in the vault',
  replay: 'its create is repeated under the same key, which tells it again, and it will be stored in the vault',
  roll: 'the vendor makes another one in its place, which will be stored in the vault',
  replace: 'a new webhook takes the place of this one, and its secret will be stored in the vault',
  manual: 'the vendor does not show it again, so it cannot be stored: rotate makes a new one',
}

const missing: { readonly [ground in SecretGround]?: string } = {
  'not-in-vault': 'not in the vault',
  fingerprint: 'changed in the vault since it was captured',
  shown: 'not the one in the vault',
  interrupted: 'not stored by an interrupted run',
}

/** What a plan says about a field whose value is not shown. */
export const plannedSecretWords: SecretWords = (change) =>
  change.rung === undefined ? render(change, planned, plannedOn) : renderCapture(change, change.rung)

function renderCapture({ ground }: SecretChange, rung: Rung): string {
  const found = ground === undefined ? undefined : missing[ground]
  return `(secret: ${found === undefined ? '' : `${found}; `}${ways[rung]})`
}

/** What a drift report says about it. */
export const foundSecretWords: SecretWords = (change) => render(change, found, foundOn)

function render({ secret, ground, isPlain }: SecretChange, words: Words, grounds: Grounds): string {
  const text = (ground === undefined ? undefined : grounds[secret]?.[ground]) ?? words[secret]
  return `(${isPlain === true ? 'not shown by the vendor' : 'secret'}: ${text})`
}
