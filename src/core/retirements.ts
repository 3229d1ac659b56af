import type { ObjectChange } from './action.ts'
import { isEnabled } from './deliveries.ts'
import type { Match } from './match.ts'
import type { AccountInput } from './plan.ts'
import { listSlots } from './secret-paths.ts'
import type { DesiredWebhook, LiveObject } from './webhook.ts'

type Removal = Extract<ObjectChange, { readonly op: 'delete' | 'retire' }>

/**
 * Plans the end of objects that were replaced and stayed live for a while: once their time is up, once they are gone
 * at the vendor, or when the next one is about to take their place, because the vault keeps one former secret only.
 */
export function planRetirements(input: AccountInput, match: Match, kept: readonly ObjectChange[]): readonly Removal[] {
  const isReplacedAgain = kept.some((change) => change.op === 'replace' && change.overlap !== undefined)
  const due = match.retiring.filter((one) => isReplacedAgain || Date.parse(one.until) <= input.options.now)
  return [...due.map((one) => one.live), ...goneRetirements(input, match)].map((live) => ({
    op: 'delete',
    live,
    order: 'delete-first',
    isRetired: true,
  }))
}

/** Finds retired objects that the vendor has no more: their secrets may still be kept. Deleting them again does no harm. */
function goneRetirements({ ledger, live }: AccountInput, { entries, webhook }: Match): readonly LiveObject[] {
  if (!listSlots(webhook.fields).some(([, slot]) => slot.source.form === 'capture')) return []
  const retiring = entries.flatMap((id) => ledger?.webhooks[id]?.retiring ?? [])
  if (retiring.length === 0) return []
  const ids = new Set(live.objects.map((object) => object.id))
  return retiring
    .filter(({ id }) => !ids.has(id))
    .map(({ id, part, scope }) => ({ id, part, scope, fields: { enabled: false } }))
}

/** What an interrupted replace left beside the new object goes, or stays for as long as it would have stayed then. */
export function planRemnant(input: AccountInput, { overlap }: DesiredWebhook, live: LiveObject): Removal {
  const stays = overlap !== undefined && input.definition.serverSecret !== undefined && isEnabled(live)
  return stays ? { op: 'retire', live, overlap } : { op: 'delete', live }
}
