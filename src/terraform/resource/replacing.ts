import { canonicalText } from '../../core/canonical.ts'
import { diffObject } from '../../core/diff.ts'
import { identityFields } from '../../core/field.ts'
import { expandWebhook, identityOfObject } from '../../core/identity.ts'
import type { ProviderDefinition } from '../../core/provider.ts'
import type { DesiredValues } from '../../core/value.ts'
import type { DesiredObject, DesiredWebhook } from '../../core/webhook.ts'
import type { CtyObject } from '../cty/value.ts'
import type { Declared } from '../values/declared.ts'
import { type Former, showFormer } from './former.ts'
import type { WebhookType } from './webhook-type.ts'

/** Names the attributes whose difference only a new webhook brings about, as the core decides it. */
export function findReplacing(
  type: WebhookType,
  declared: Declared,
  former: Former,
  prior: CtyObject,
): readonly (readonly string[])[] {
  const { definition } = type
  const [object] = expandWebhook(definition, asWebhook(definition, declared.fields))
  const wanted = { ...object?.fields, ...declared.fields }
  const live = showFormer(type, former, declared, prior)
  const differences = diffObject(definition, wanted, live, {
    desired: type.fingerprints(declared.fields),
    ledger: former.fingerprints,
    declared: Object.keys(former.fields),
    writeUnknown: true,
  })
  const forcing = differences
    .filter(({ effect }) => effect === 'replace')
    .map(({ change }) => change.path.split('.', 1)[0] ?? change.path)
    .filter((name) => !declared.unknown.has(name))
  const unknown = [...declared.unknown].filter((name) => {
    const isKept = former.writeOnly.some(({ path, state }) => state === 'kept' && path === name)
    return !isKept && (definition.update === 'none' || definition.fields[name]?.change === 'replace')
  })
  return [...new Set([...forcing, ...unknown])].map((name) => attributeOf(former, name))
}

/** A write-only value is null in every plan: its version is what changes. */
function attributeOf({ writeOnly }: Former, name: string): readonly string[] {
  return writeOnly.find(({ path }) => path === name)?.versionPath ?? [name]
}

/** The name under which the one webhook of a resource is planned. */
export const webhookKey = 'terraform'
export const webhookFile = 'terraform'

/** Declares the webhook of a resource. */
export function asWebhook(
  definition: ProviderDefinition,
  fields: DesiredValues,
  facts: Partial<Pick<DesiredWebhook, 'allowGap' | 'fingerprints'>> = {},
): DesiredWebhook {
  return {
    provider: definition.type,
    key: webhookKey,
    fields,
    file: webhookFile,
    protected: false,
    allowGap: false,
    abandon: false,
    ...facts,
  }
}

/** Whether a webhook keeps its vendor objects, and their ids, when it is changed in place. */
export function keepsObjects(definition: ProviderDefinition, { fields, unknown }: Declared, former: Former): boolean {
  const { fanOut, partInId } = definition
  if (fanOut === undefined) return true
  const naming = partInId === true ? [fanOut, ...identityFields(definition.fields)] : [fanOut]
  return naming.every((name) => {
    const field = definition.fields[name]
    if (unknown.has(name) || field === undefined) return false
    return canonicalText(field, fields[name]) === canonicalText(field, former.fields[name])
  })
}

/** Lists the vendor objects a webhook will be, each with its identity; undefined while too little is known. */
export function identitiesOf(
  definition: ProviderDefinition,
  { fields, unknown }: Declared,
): readonly { readonly object: DesiredObject; readonly identity: string }[] | undefined {
  const naming = [...identityFields(definition.fields), definition.fanOut ?? '', definition.scope ?? '']
  if (naming.some((name) => unknown.has(name))) return undefined
  return expandWebhook(definition, asWebhook(definition, fields)).map((object) => ({
    object,
    identity: identityOfObject(definition, object),
  }))
}
