import { entryKey } from '../../core/ledger.ts'
import type { AccountInput } from '../../core/plan.ts'
import type { UndoWebhook } from '../../core/undo.ts'

/** Says why an undo would not find under its name what is live all the same; undefined where it does, or all is gone. */
export function whyNotFound({ key, ids = [] }: UndoWebhook, { ledger, live }: AccountInput): string | undefined {
  const isOne = ({ id }: { readonly id: string }): boolean => ids.includes(id)
  const owners = Object.entries(ledger?.webhooks ?? {}).flatMap(([id, entry]) =>
    entry.objects.some(isOne) ? entryKey(id, entry) : [],
  )
  const [owner] = owners
  if (owner !== undefined) return owners.includes(key) ? undefined : `it was renamed to ${owner} since`
  return live.objects.some(isOne) ? 'nothing owns it any more' : undefined
}
