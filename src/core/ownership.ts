import { compareText } from './diagnostic.ts'
import { groupByIdentity } from './identity.ts'
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
  const intents = Object.entries(ledger.intents)
    .filter(([, intent]) => intent.repair === undefined)
    .toSorted(([a], [b]) => compareText(a, b))
  if (intents.length === 0) return { ledger, settled: [] }
  const owners = ownersOf(ledger)
  const byIdentity = groupByIdentity(definition, live.objects)
  const webhooks: Record<string, LedgerEntry> = { ...ledger.webhooks }
  const settled = intents.map(([id, intent]) => {
    const entry = entryId(intent.file, intent.key)
    const candidates = (byIdentity.get(intent.identity) ?? []).filter(
      (object) => object.scope === intent.scope && !intent.seen.includes(object.id),
    )
    // Written down as made, and the run ended before the intent was: nothing else can be its outcome.
    const known = candidates.filter((object) => owners.get(object.id) === entry).slice(0, 1)
    const made = known.length > 0 ? known : candidates.filter((object) => !owners.has(object.id))
    const [only, ...others] = made
    if (only !== undefined && others.length === 0 && known.length === 0) {
      owners.set(only.id, entry)
      webhooks[entry] = withObject(webhooks[entry], intent.file, only)
    }
    return { id, intent, made }
  })
  return { ledger: { ...ledger, webhooks }, settled }
}

/** Lists the ids of all objects the ledger owns, those that are being retired included. */
export function ownedIds(ledger: LedgerAccount): ReadonlySet<string> {
  return new Set(ownersOf(ledger).keys())
}

/** Finds the entry of each owned object. */
function ownersOf(ledger: LedgerAccount): Map<string, string> {
  return new Map(
    Object.entries(ledger.webhooks).flatMap(([id, entry]) =>
      [...entry.objects, ...(entry.retiring ?? [])].map((object) => [object.id, id] as const),
    ),
  )
}

function withObject(entry: LedgerEntry | undefined, file: string, live: LiveObject): LedgerEntry {
  const object: LedgerObject = { id: live.id, part: live.part, scope: live.scope }
  if (entry === undefined) return { objects: [object], file, fingerprints: {} }
  return { ...entry, objects: [...entry.objects, object] }
}
