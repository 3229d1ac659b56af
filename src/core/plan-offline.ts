import type { Action, ActionKind } from './action.ts'
import { compareText } from './diagnostic.ts'
import { entryId, entryKey, isAccountEntry } from './ledger.ts'
import type { AccountInput, AccountPlan } from './plan.ts'

/** What can be known without asking a vendor: new, changed, unchanged or gone, by the hash of what was last applied. */
export function planOffline(input: Omit<AccountInput, 'live'>): AccountPlan {
  const { account, definition } = input
  const about = { provider: account.name, type: definition.type, objects: [], after: [] }
  const declared = (input.desired ?? []).map((webhook): Action => {
    const entry = input.ledger?.webhooks[entryId(webhook.file, webhook.key)]
    const kind: ActionKind = entry?.hash === undefined ? 'create' : entry.hash === webhook.hash ? 'keep' : 'update'
    const changes = input.ledger === undefined ? [{ path: 'live', secret: 'unknown' } as const] : []
    return {
      ...about,
      id: `${account.name}/${webhook.key}`,
      key: webhook.key,
      kind,
      changes,
      desired: webhook,
      entries: [],
    }
  })
  const ids = new Set((input.desired ?? []).map((webhook) => entryId(webhook.file, webhook.key)))
  const gone = Object.entries(input.ledger?.webhooks ?? {})
    .filter(([id, entry]) => input.desired !== undefined && !ids.has(id) && input.files.has(entry.file))
    .filter(([id, entry]) => !isAccountEntry(id, entry))
    .map(([id, entry]): Action => {
      const key = entryKey(id, entry)
      return { ...about, id: `${account.name}/${key}`, key, kind: 'delete', changes: [], entries: [id] }
    })
  return {
    account,
    definition,
    actions: [...declared, ...gone]
      .filter((action) => input.options.selects(action.id))
      .toSorted((a, b) => compareText(a.key, b.key)),
    unmanaged: [],
    duplicates: [],
    outOfScope: [],
    orphaned: [],
    abandoned: [],
    ended: [],
    refusals: [],
    diagnostics: [],
  }
}
