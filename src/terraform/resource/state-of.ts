import { canonicalText, isEmptyValue } from '../../core/canonical.ts'
import type { LedgerObject } from '../../core/ledger.ts'
import type { ProviderDefinition } from '../../core/provider.ts'
import type { DesiredValues, LiveValue, LiveValues } from '../../core/value.ts'
import type { LiveObject } from '../../core/webhook.ts'
import type { CtyObject, CtyValue } from '../cty/value.ts'
import { readDeclared } from '../values/declared.ts'
import { isObject } from '../values/known.ts'
import { fillUnknown, withoutUnknown } from '../values/planned.ts'
import { showLive } from '../values/shown.ts'
import { idAttributes } from './object-ids.ts'
import type { WebhookType } from './webhook-type.ts'

/** What a resource has at the vendor. */
export interface Holding {
  readonly objects: readonly LedgerObject[]
  readonly live: readonly LiveObject[]
}

/** Shows what was planned with all that is known now. */
export function stateAsPlanned({ definition, block }: WebhookType, planned: CtyObject, held: Holding): CtyObject {
  const known = asObject(withoutUnknown(planned))
  const live = mergeLive(definition, held.live, readDeclared(definition.fields, known).fields)
  const shown = showLive(block.attributes, definition.fields, live, known)
  return asObject(fillUnknown(planned, { ...shown, ...idAttributes(definition, held.objects) }))
}

/** Shows what is live, however it was before. */
export function stateAsLive({ definition, block }: WebhookType, prior: CtyObject | null, held: Holding): CtyObject {
  const declared = prior === null ? {} : readDeclared(definition.fields, prior).fields
  const live = mergeLive(definition, held.live, declared)
  return { ...showLive(block.attributes, definition.fields, live, prior), ...idAttributes(definition, held.objects) }
}

function asObject(value: CtyValue): CtyObject {
  if (!isObject(value)) throw new TypeError('A state is an object.')
  return value
}

/**
 * Puts the objects of one webhook together: the parts make up the field that is fanned out, and of a field in which they
 * differ the one is shown that is not as it was.
 */
export function mergeLive(
  definition: ProviderDefinition,
  objects: readonly LiveObject[],
  former: DesiredValues,
): LiveValues {
  const merged: Record<string, LiveValue> = {}
  for (const [name, field] of Object.entries(definition.fields)) {
    if (name === definition.fanOut) {
      merged[name] = objects.map(({ part }) => part)
      continue
    }
    const isFormer = (live: LiveValue | undefined): boolean =>
      (isEmptyValue(live) && isEmptyValue(former[name])) ||
      canonicalText(field, live) === canonicalText(field, former[name])
    const values = objects.map((object) => object.fields[name])
    const value = values.find((one) => !isFormer(one) && one !== undefined) ?? values[0]
    if (value !== undefined) merged[name] = value
  }
  return merged
}
