import type { Change } from './action.ts'
import { canonical, canonicalText, entriesOf, isEmptyValue, isList, plain } from './canonical.ts'
import type { Field, Fields } from './field.ts'
import type { ProviderDefinition } from './provider.ts'
import { HiddenSecret, Secret, SecretSlot } from './secret.ts'
import { listSlots } from './secret-paths.ts'
import type { Fingerprints, Judgment } from './secret-verdict.ts'
import { clearedFingerprint, judgeHidden, judgeSecret } from './secret-verdict.ts'
import type { DesiredValue, DesiredValues, LiveValue, LiveValues, PlainValue } from './value.ts'

/** A difference, and what it asks for. */
export interface Difference {
  readonly change: Change
  /** Top-level field to write, or undefined where nothing can or need be written. */
  readonly write?: string
  readonly effect: 'in-place' | 'replace' | 'capture' | 'none'
}

/** Compares a declared object with a live one, field by field. Fields that were left out are compared as declared. */
export function diffObject(
  definition: ProviderDefinition,
  desired: DesiredValues,
  live: LiveValues,
  fingerprints: Fingerprints,
): readonly Difference[] {
  const differences = diffFields(definition.fields, desired, live, fingerprints)
  return definition.update === 'none' ? differences.map(asReplace) : differences
}

/** Compares declared values with live ones under the given declarations. */
export function diffFields(
  fields: Fields,
  desired: DesiredValues,
  live: LiveValues,
  fingerprints: Fingerprints,
): readonly Difference[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const wanted = desired[name]
    if (wanted === undefined && field.absence?.means !== 'none') return []
    return diffField(name, field, wanted, live[name], fingerprints)
  })
}

function diffField(
  name: string,
  field: Field,
  wanted: DesiredValue | undefined,
  live: LiveValue | undefined,
  fingerprints: Fingerprints,
): readonly Difference[] {
  if (wanted instanceof SecretSlot) return secretDifference(name, name, field, wanted, live, fingerprints)
  if (wanted === null) return clearDifference(name, field, live, fingerprints)
  const isHidden = field.read === 'never' || live instanceof HiddenSecret
  if (isHidden) return hiddenDifference(name, field, wanted, fingerprints)
  if (field.kind === 'object') return objectDifferences(name, field, field.fields, wanted, live, fingerprints)
  if (field.kind === 'map' && field.secrets) return mapDifferences(name, field, wanted, live, fingerprints)
  return plainDifference(name, name, field, wanted, live)
}

function plainDifference(
  path: string,
  write: string,
  field: Field,
  wanted: DesiredValue | undefined,
  live: LiveValue | undefined,
): readonly Difference[] {
  if (wanted === live || (isEmptyValue(wanted) && isEmptyValue(live))) return []
  if (canonicalText(field, wanted) === canonicalText(field, live)) return []
  const change: Change = { path, before: shown(field, live), after: shown(field, wanted), effect: field.change }
  return [{ change, write, effect: field.change }]
}

/** Shows sets sorted, and everything else as it stands. */
export function shown(field: Field, value: DesiredValue | LiveValue | undefined): PlainValue {
  return isList(value) ? canonical(field, value) : plain(value)
}

function clearDifference(
  name: string,
  field: Field,
  live: LiveValue | undefined,
  fingerprints: Fingerprints,
): readonly Difference[] {
  if (isEmptyValue(live) && field.read !== 'never') return []
  const isSecret = field.kind === 'secret'
  const hidden = live instanceof HiddenSecret || field.read === 'never'
  if (hidden && fingerprints.ledger?.[name] === clearedFingerprint) return []
  if (hidden && fingerprints.ledger === undefined && !fingerprints.writeUnknown) {
    return [verdictDifference(name, name, field, { secret: 'unknown', ground: 'no-fingerprint' }, isSecret)]
  }
  if (isSecret || hidden) {
    return [verdictDifference(name, name, field, { secret: 'differs', ground: 'clearing' }, isSecret)]
  }
  const change: Change = { path: name, before: plain(live), after: null, effect: field.change }
  return [{ change, write: name, effect: field.change }]
}

/** Compares a field that is hidden as a whole. One of its secrets that is not made yet cannot have been written. */
function hiddenDifference(
  name: string,
  field: Field,
  wanted: DesiredValue | undefined,
  fingerprints: Fingerprints,
): readonly Difference[] {
  const slots = wanted === undefined ? [] : listSlots({ [name]: wanted })
  const isUnmade = slots.some(([, slot]) => slot.finding.value === undefined)
  const judgment: Judgment = isUnmade ? { secret: 'write', ground: 'not-in-vault' } : judgeHidden(name, fingerprints)
  return [verdictDifference(name, name, field, judgment, slots.length > 0)]
}

function objectDifferences(
  name: string,
  field: Field,
  members: Fields,
  wanted: DesiredValue | undefined,
  live: LiveValue | undefined,
  fingerprints: Fingerprints,
): readonly Difference[] {
  const want = new Map(entriesOf(wanted))
  const have = new Map(entriesOf(live))
  return Object.entries(members).flatMap(([member, declaration]) => {
    const path = `${name}.${member}`
    const inner = { ...declaration, change: field.change }
    const value = want.get(member) ?? defaultOf(declaration)
    if (value instanceof SecretSlot) return secretDifference(path, name, inner, value, have.get(member), fingerprints)
    return plainDifference(
      path,
      name,
      inner,
      value,
      have.get(member) ?? (have.size > 0 ? defaultOf(declaration) : undefined),
    )
  })
}

function defaultOf(field: Field) {
  return field.absence?.means === 'default' ? field.absence.value : undefined
}

/** Compares entry by entry; an entry that is live and not declared differs too. */
function mapDifferences(
  name: string,
  field: Field,
  wanted: DesiredValue | undefined,
  live: LiveValue | undefined,
  fingerprints: Fingerprints,
): readonly Difference[] {
  const want = new Map(entriesOf(wanted))
  const have = new Map(entriesOf(live))
  const names = [...new Set([...want.keys(), ...have.keys()])].toSorted()
  return names.flatMap((entry) => {
    const path = `${name}.${entry}`
    const value = want.get(entry)
    const found = have.get(entry)
    if (value instanceof SecretSlot) return secretDifference(path, name, field, value, found, fingerprints)
    if (found instanceof Secret || found instanceof HiddenSecret)
      return [verdictDifference(path, name, field, { secret: 'differs', ground: 'clearing' })]
    return plainDifference(path, name, field, value, found)
  })
}

function secretDifference(
  path: string,
  write: string,
  field: Field,
  slot: SecretSlot,
  live: LiveValue | undefined,
  fingerprints: Fingerprints,
): readonly Difference[] {
  return [verdictDifference(path, write, field, judgeSecret(path, slot, live, fingerprints))]
}

function verdictDifference(path: string, write: string, field: Field, judgment: Judgment, isSecret = true): Difference {
  const change: Change = { path, ...judgment, ...(isSecret ? {} : { isPlain: true }) }
  switch (judgment.secret) {
    case 'same':
    case 'unknown':
      return { change, effect: 'none' }
    case 'capture':
      return { change, effect: 'capture' }
    case 'differs':
    case 'write':
      return { change, write, effect: field.change }
  }
}

/** For a vendor without an update, every difference that must be written is a replace. */
function asReplace(difference: Difference): Difference {
  if (difference.effect !== 'in-place') return difference
  const { change } = difference
  return { ...difference, effect: 'replace', change: 'secret' in change ? change : { ...change, effect: 'replace' } }
}
