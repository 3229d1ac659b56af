import { canonicalText, entriesOf, isEmptyValue, isList } from '../../core/canonical.ts'
import { absentValue, type Field, type Fields, type ItemKind } from '../../core/field.ts'
import { HiddenSecret, Secret } from '../../core/secret.ts'
import type { LiveValue, LiveValues } from '../../core/value.ts'
import { isChosenSecret } from '../../schema/terraform-secrets.ts'
import type { NestedAttributes, TerraformAttribute, TerraformAttributes } from '../../schema/terraform-type.ts'
import { type CtyObject, type CtyValue, isObject } from '../cty/value.ts'
import { toDesired } from './declared.ts'

/**
 * Shows live fields as attributes of a block. What the vendor hides, and what no field stands behind, stays as it was;
 * so does what the model says is the same. A secret is shown only where the state has it already.
 */
export function showLive(
  attributes: TerraformAttributes,
  declarations: Fields,
  live: LiveValues,
  prior: CtyObject | null,
): CtyObject {
  const entries = Object.entries(attributes).map(([name, attribute]): readonly [string, CtyValue] => {
    const field = declarations[name]
    const before = prior?.[name] ?? null
    if (attribute.writeOnly === true) return [name, null]
    return [name, field === undefined ? before : showField(attribute, field, live[name], before)]
  })
  return Object.fromEntries(entries)
}

function showField(
  attribute: TerraformAttribute,
  field: Field,
  live: LiveValue | undefined,
  prior: CtyValue,
): CtyValue {
  if (field.read === 'never' || live instanceof HiddenSecret) return prior
  if (isChosenSecret(field)) return prior === null ? null : showSecret(live, prior)
  if (field.kind === 'object' && 'nested' in attribute) {
    if (isEmptyValue(live) || (prior === null && needsSecret(field.fields))) return null
    const inner = Object.fromEntries(entriesOf(live))
    return showLive(attribute.nested.attributes, field.fields, inner, isObject(prior) ? prior : null)
  }
  if (isEmptyValue(live)) return showAbsent(field, prior)
  if (prior !== null && canonicalText(field, toDesired(field, prior)) === canonicalText(field, live)) return prior
  return showPlain(field, live, 'nested' in attribute ? attribute.nested : undefined)
}

/** An object is no use without a secret of it that cannot be shown: a configuration made from it would lack it. */
function needsSecret(fields: Fields): boolean {
  return Object.values(fields).some((field) => field.presence === 'required' && isChosenSecret(field))
}

/** Where the vendor has nothing, an empty value stays as it was written. */
function showAbsent(field: Field, prior: CtyValue): CtyValue {
  const fallback = absentValue(field)
  if (fallback !== undefined) return fallback
  return prior !== null && isEmptyValue(toDesired(field, prior)) ? prior : null
}

function showSecret(live: LiveValue | undefined, prior: CtyValue): CtyValue {
  if (live instanceof Secret) return live.reveal()
  const entries = entriesOf(live)
  if (entries.length === 0) return null
  const before = isObject(prior) ? prior : {}
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (value instanceof Secret) return [name, value.reveal()] as const
      return [name, typeof value === 'string' ? value : (before[name] ?? null)] as const
    }),
  )
}

/** Shows a value that holds no secret; members of lists get all attributes of their type. */
function showPlain(
  kind: Field | ItemKind,
  value: LiveValue | undefined,
  nested: NestedAttributes | undefined,
): CtyValue {
  if (value === undefined || value === null || value instanceof Secret || value instanceof HiddenSecret) return null
  if (isList(value)) {
    const of = kind.kind === 'set' || kind.kind === 'bag' ? kind.of : undefined
    return value.map((item) => (of === undefined ? null : showPlain(of, item, nested)))
  }
  if (typeof value !== 'object') return value
  const inner = Object.fromEntries(entriesOf(value))
  if (kind.kind === 'object' && nested !== undefined) return showLive(nested.attributes, kind.fields, inner, null)
  return Object.fromEntries(Object.entries(inner).map(([name, item]) => [name, showPlain(textKind, item, undefined)]))
}

const textKind: ItemKind = { kind: 'text' }
