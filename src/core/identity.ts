import { canonical, canonicalPart, isList } from './canonical.ts'
import type { Fields } from './field.ts'
import { absentValue, identityFields } from './field.ts'
import type { ProviderDefinition } from './provider.ts'
import type { DesiredValue, DesiredValues, LiveValue, LiveValues } from './value.ts'
import type { DesiredObject, DesiredWebhook, LiveObject } from './webhook.ts'

/** Renders what makes an object the same for the vendor; equal texts mean the same object. */
export function identityOf(definition: ProviderDefinition, part: string, fields: DesiredValues | LiveValues): string {
  const values = identityFields(definition.fields)
    .filter((name) => name !== definition.fanOut)
    .map((name) => {
      const field = definition.fields[name]
      return field === undefined ? null : canonicalPart(field, fields[name])
    })
  return JSON.stringify([part, ...values])
}

// Asked for many times while planning, and never another for the same object.
const known = new WeakMap<ProviderDefinition, WeakMap<object, string>>()

/** Renders the identity of an object; see `identityOf`. */
export function identityOfObject(definition: ProviderDefinition, object: DesiredObject | LiveObject): string {
  const identities = known.get(definition) ?? new WeakMap<object, string>()
  if (identities.get(object) === undefined) {
    known.set(definition, identities)
    identities.set(object, identityOf(definition, object.part, object.fields))
  }
  return identities.get(object) ?? ''
}

/** Groups live objects by identity; more than one in a group are twins. */
export function groupByIdentity(
  definition: ProviderDefinition,
  objects: readonly LiveObject[],
): Map<string, readonly LiveObject[]> {
  const groups = new Map<string, LiveObject[]>()
  for (const live of objects) {
    const identity = identityOfObject(definition, live)
    const twins = groups.get(identity)
    if (twins === undefined) groups.set(identity, [live])
    else twins.push(live)
  }
  return groups
}

/** Expands a declared webhook into the objects the vendor will hold, defaults filled in. */
export function expandWebhook(definition: ProviderDefinition, webhook: DesiredWebhook): readonly DesiredObject[] {
  const fields = withDefaults(definition.fields, webhook.fields)
  const named = definition.scope === undefined ? undefined : fields[definition.scope]
  const scope = typeof named === 'string' ? named : ''
  const object = { provider: webhook.provider, key: webhook.key, scope }
  if (definition.fanOut === undefined) return [{ ...object, part: '', fields }]
  const fanOut = definition.fanOut
  return partsOf(definition, fields[fanOut]).map((part) => ({
    ...object,
    part,
    fields: { ...fields, [fanOut]: [part] },
  }))
}

/** Lists the members of the fan-out field in their main spelling, each once. */
export function partsOf(
  definition: ProviderDefinition,
  value: DesiredValue | LiveValue | undefined,
): readonly string[] {
  const field = definition.fanOut === undefined ? undefined : definition.fields[definition.fanOut]
  if (field === undefined) return ['']
  const members = canonical(field, value)
  return isList(members) ? members.map(String) : []
}

function withDefaults(declarations: Fields, fields: DesiredValues): DesiredValues {
  const filled: Record<string, DesiredValue> = { ...fields }
  for (const [name, field] of Object.entries(declarations)) {
    const value = absentValue(field)
    if (filled[name] === undefined && value !== undefined) filled[name] = value
  }
  return filled
}
