import { identityOfObject } from './identity.ts'
import type { Intent, LedgerAccount, LedgerEntry, LedgerObject } from './ledger.ts'
import { entryId } from './ledger.ts'
import type { ProviderDefinition } from './provider.ts'
import type { LiveAccount, LiveObject } from './webhook.ts'

/** An intent whose outcome the live state tells. */
export interface SettledIntent {
  readonly id: string
  readonly intent: Intent
  /** What it made; undefined when nothing, several when it cannot be told which. */
  readonly made: readonly LiveObject[]
}

export interface Ownership {
  /** The ledger account with what unsettled intents made added to its entries. */
  readonly ledger: LedgerAccount
  readonly settled: readonly SettledIntent[]
}

/**
 * Finds what interrupted runs created: live objects of an intent's identity that were not there before it.
 * Exactly one is owned; several are nobody's until a person decides.
 */
export function claimIntents(definition: ProviderDefinition, ledger: LedgerAccount, live: LiveAccount): Ownership {
  const owned = ownedIds(ledger)
  const settled = Object.entries(ledger.intents).map(([id, intent]) => ({
    id,
    intent,
    made: live.objects.filter(
      (object) =>
        !owned.has(object.id) &&
        object.scope === intent.scope &&
        !intent.seen.includes(object.id) &&
        identityOfObject(definition, object) === intent.identity,
    ),
  }))
  const webhooks: Record<string, LedgerEntry> = { ...ledger.webhooks }
  for (const { intent, made } of settled) {
    const [only, ...others] = made
    if (only === undefined || others.length > 0) continue
    const id = entryId(intent.file, intent.key)
    webhooks[id] = withObject(webhooks[id], intent.file, only)
  }
  return { ledger: { ...ledger, webhooks }, settled }
}

/** Lists the ids of all objects the ledger owns, those that are being retired included. */
export function ownedIds(ledger: LedgerAccount): ReadonlySet<string> {
  return new Set(
    Object.values(ledger.webhooks).flatMap((entry) =>
      [...entry.objects, ...(entry.retiring ?? [])].map((object) => object.id),
    ),
  )
}

function withObject(entry: LedgerEntry | undefined, file: string, live: LiveObject): LedgerEntry {
  const object: LedgerObject = { id: live.id, part: live.part, scope: live.scope }
  if (entry === undefined) return { objects: [object], file, fingerprints: {} }
  return { ...entry, objects: [...entry.objects, object] }
}
