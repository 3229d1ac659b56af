import { createHash } from 'node:crypto'
import { canonicalText } from '../../core/canonical.ts'
import { compareText } from '../../core/diagnostic.ts'
import { expandWebhook } from '../../core/identity.ts'
import type { LedgerObject } from '../../core/ledger.ts'
import type { ProviderDefinition } from '../../core/provider.ts'
import type { DesiredValues, LiveValue, LiveValues } from '../../core/value.ts'
import type { LiveObject } from '../../core/webhook.ts'
import { isSecret } from '../../schema/terraform-secrets.ts'
import type { CtyObject } from '../cty/value.ts'
import { fillUnknown, withoutUnknown } from '../values/planned.ts'
import { showLive } from '../values/shown.ts'
import { idAttributes } from './object-ids.ts'
import type { PrivateNotes } from './private-notes.ts'
import { asWebhook } from './replacing.ts'
import type { WebhookType } from './webhook-type.ts'

/** What a resource has at the vendor. */
export interface Holding {
  readonly objects: readonly LedgerObject[]
  readonly live: readonly LiveObject[]
}

/** Shows what was planned with all that is known now. */
export function stateAsPlanned({ definition, block }: WebhookType, planned: CtyObject, held: Holding): CtyObject {
  const live = mergeLive(definition, held.live)
  const shown = showLive(block.attributes, definition.fields, live, withoutUnknown(planned))
  return fillUnknown(planned, { ...shown, ...idAttributes(definition, held.objects) })
}

/** Shows what is live, however it was before. */
export function stateAsLive(
  { definition, block }: WebhookType,
  prior: CtyObject | null,
  held: Holding,
  { applied }: Pick<PrivateNotes, 'applied'> = {},
): CtyObject {
  const live = mergeLive(definition, held.live, applied)
  return { ...showLive(block.attributes, definition.fields, live, prior), ...idAttributes(definition, held.objects) }
}

/**
 * Puts the objects of one webhook together: the parts make up the field that is fanned out, and of a field in which they
 * differ, what was not applied is shown, so that it is seen with every look.
 */
export function mergeLive(
  definition: ProviderDefinition,
  objects: readonly LiveObject[],
  applied: PrivateNotes['applied'] = {},
): LiveValues {
  const merged: Record<string, LiveValue> = {}
  for (const [name, field] of Object.entries(definition.fields)) {
    if (name === definition.fanOut) {
      merged[name] = objects.map(({ part }) => part)
      continue
    }
    const values = new Map(objects.map(({ fields }) => [canonicalText(field, fields[name]), fields[name]] as const))
    const texts = [...values.keys()].toSorted(compareText)
    const chosen = texts.find((text) => markOf(text) !== applied[name]) ?? texts[0]
    const value = chosen === undefined ? undefined : values.get(chosen)
    if (value !== undefined) merged[name] = value
  }
  return merged
}

/** Marks what is applied to the fields in which the objects of one webhook could differ; nothing where it is one object. */
export function markApplied(definition: ProviderDefinition, fields: DesiredValues): PrivateNotes['applied'] {
  if (definition.fanOut === undefined) return undefined
  const [object] = expandWebhook(definition, asWebhook(definition, fields))
  const marks = Object.entries(definition.fields).flatMap(([name, field]) => {
    const value = object?.fields[name]
    const isPlain = name !== definition.fanOut && !isSecret(field) && value !== undefined
    return isPlain ? [[name, markOf(canonicalText(field, value))] as const] : []
  })
  return Object.fromEntries(marks)
}

function markOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 12)
}
