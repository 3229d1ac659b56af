import { canonicalText } from '../../core/canonical.ts'
import { absentValue, type Field, type Fields } from '../../core/field.ts'
import { isChosenSecret } from '../../schema/terraform-secrets.ts'
import type { TerraformAttribute, TerraformAttributes } from '../../schema/terraform-type.ts'
import { type CtyObject, type CtyValue, isObject, Unknown } from '../cty/value.ts'
import { toDesired } from './declared.ts'
import { hasUnknown, isEqualValue } from './known.ts'

/**
 * Plans the attributes of a block: what is configured, what it defaults to, and where the model says that both are the
 * same, the former value, so that no difference shows.
 */
export function planAttributes(
  attributes: TerraformAttributes,
  declarations: Fields,
  config: CtyObject,
  prior: CtyObject | null,
): CtyObject {
  const entries = Object.entries(attributes).map(([name, attribute]): readonly [string, CtyValue] => {
    const field = declarations[name]
    const value = config[name] ?? null
    if (attribute.writeOnly === true) return [name, null]
    if (field === undefined) return [name, value]
    return [name, planField(attribute, field, value, prior === null ? undefined : (prior[name] ?? null))]
  })
  return Object.fromEntries(entries)
}

/** `prior` is undefined where there is none at all. */
function planField(
  attribute: TerraformAttribute,
  field: Field,
  value: CtyValue,
  prior: CtyValue | undefined,
): CtyValue {
  if (value instanceof Unknown) return value
  if (value === null) return planAbsent(attribute, field, prior)
  if ('nested' in attribute && attribute.nested.nesting === 'single' && field.kind === 'object' && isObject(value)) {
    return planAttributes(attribute.nested.attributes, field.fields, value, isObject(prior) ? prior : null)
  }
  if (hasUnknown(value) || prior === undefined || prior === null) return value
  return isSameValue(field, value, prior) ? prior : value
}

function planAbsent(attribute: TerraformAttribute, field: Field, prior: CtyValue | undefined): CtyValue {
  if (attribute.presence === 'optional' || attribute.presence === 'required') return null
  const fallback = absentValue(field)
  if (fallback === undefined) return prior === undefined ? Unknown.value : prior
  const value: CtyValue = fallback
  return prior !== undefined && prior !== null && isSameValue(field, prior, value) ? prior : value
}

/** Whether two known values of a field are the same to the vendor. */
function isSameValue(field: Field, a: CtyValue, b: CtyValue): boolean {
  if (isEqualValue(a, b)) return true
  // Of secrets the canonical form tells nothing.
  if (isChosenSecret(field) || field.kind === 'object') return false
  return canonicalText(field, toDesired(field, a)) === canonicalText(field, toDesired(field, b))
}

/** Fills what was not known when it was planned with what is live. */
export function fillUnknown(planned: CtyObject, live: CtyObject): CtyObject {
  return Object.fromEntries(Object.entries(planned).map(([name, item]) => [name, fill(item, live[name] ?? null)]))
}

/** Takes what is not known out of a block. */
export function withoutUnknown(planned: CtyObject): CtyObject {
  return fillUnknown(planned, {})
}

function fill(planned: CtyValue, live: CtyValue): CtyValue {
  if (planned instanceof Unknown) return live
  return isObject(planned) ? fillUnknown(planned, isObject(live) ? live : {}) : planned
}
