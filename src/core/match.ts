import type { Want } from './claims.ts'
import { claimByIdentity, claimByLedger } from './claims.ts'
import { expandWebhook } from './identity.ts'
import type { LedgerEntry } from './ledger.ts'
import { entryKey } from './ledger.ts'
import type { LiveIndex } from './live-index.ts'
import { indexLive, ownEntry } from './live-index.ts'
import type { MatchInput } from './match-input.ts'
import { settleMoves } from './settle-moves.ts'
import type { DesiredObject, DesiredWebhook, LiveObject } from './webhook.ts'

/** A declared object and the live one it is paired with. */
export interface Pair {
  readonly webhook: DesiredWebhook
  readonly object: DesiredObject
  readonly live?: LiveObject
  /** The entry that owns `live`: it knows what was last written there. */
  readonly owner?: LedgerEntry
  readonly ownerId?: string
}

/** An object that is being retired, and until when it stays. */
export interface Retiring {
  readonly live: LiveObject
  readonly until: string
}

/** All pairs of one declared webhook, and what its ledger entries say. */
export interface Match {
  readonly webhook: DesiredWebhook
  readonly pairs: readonly Pair[]
  /** Ids of the entries that end in this webhook's own. */
  readonly entries: readonly string[]
  readonly movedFrom?: string
  /** Owned by its entries, live, and paired with nothing. */
  readonly remnants: readonly LiveObject[]
  readonly retiring: readonly Retiring[]
}

/** An owned webhook that is no longer declared. */
export interface Remnant {
  readonly entryId: string
  /** Its key, or the id of its entry where the key alone would mean another webhook. */
  readonly key: string
  readonly entry: LedgerEntry
  /** Its live objects, those that are being retired included. */
  readonly live: readonly LiveObject[]
}

export interface Matches {
  readonly matches: readonly Match[]
  /** No longer declared, file loaded: to be deleted. */
  readonly undeclared: readonly Remnant[]
  /** No longer declared, and their file is not loaded. */
  readonly outOfScope: readonly Remnant[]
  /** Live and neither declared nor owned. */
  readonly unowned: readonly LiveObject[]
}

/**
 * Pairs declared webhooks with live objects: by ledger id first, then by identity. Members of a cycle of moved
 * identities (two URLs swapped) are paired by identity, so that nothing has to be moved at all.
 */
export function matchWebhooks(input: MatchInput): Matches {
  const wantsOf = new Map(
    input.desired.map((webhook) => {
      const objects = expandWebhook(input.definition, webhook)
      return [webhook, objects.map((object): Want => ({ webhook, object }))] as const
    }),
  )
  const wants = [...wantsOf.values()].flat()
  const index = indexLive(input)
  const claims = claimByLedger(input, index, wants)
  settleMoves(input, index, claims)
  claimByIdentity(input, index, wants, claims)
  const claimed = new Set([...claims.values()].map((live) => live.id))
  return collectMatches({ input, index, wantsOf, claims, claimed })
}

interface Settled {
  readonly input: MatchInput
  readonly index: LiveIndex
  readonly wantsOf: ReadonlyMap<DesiredWebhook, readonly Want[]>
  readonly claims: ReadonlyMap<Want, LiveObject>
  readonly claimed: ReadonlySet<string>
}

function collectMatches(settled: Settled): Matches {
  const { input, index, claimed } = settled
  const ended = new Set<string>()
  const matches = input.desired.map((webhook) => {
    const match = collectMatch(settled, webhook, ended)
    for (const id of match.entries) ended.add(id)
    return match
  })
  const remnants = collectRemnants(settled, ended)
  return {
    matches,
    undeclared: remnants.filter((remnant) => input.files.has(remnant.entry.file)),
    outOfScope: remnants.filter((remnant) => !input.files.has(remnant.entry.file)),
    unowned: input.live.filter((live) => !claimed.has(live.id) && !index.ownerOf.has(live.id)),
  }
}

function collectRemnants(settled: Settled, ended: ReadonlySet<string>): readonly Remnant[] {
  const { input, index } = settled
  const used = new Set(input.desired.map((webhook) => webhook.key))
  return [...index.entries].flatMap(([id, entry]) => {
    if (index.declared.has(id) || ended.has(id)) return []
    const plainKey = entryKey(id, entry)
    const key = used.has(plainKey) ? id : plainKey
    used.add(key)
    const live = [...liveOf(settled, id), ...retiringOf(settled, id).map((one) => one.live)]
    return [{ entryId: id, key, entry, live }]
  })
}

function collectMatch(settled: Settled, webhook: DesiredWebhook, ended: ReadonlySet<string>): Match {
  const { input, index, wantsOf, claims } = settled
  const own = ownEntry(webhook)
  const wants = wantsOf.get(webhook) ?? []
  const live = wants.flatMap((want) => claims.get(want) ?? [])
  const owners = live.flatMap((object) => index.ownerOf.get(object.id) ?? [])
  const known = [...new Set([...(index.continued.get(webhook) ?? []), ...owners])]
  const entries = known.filter((id) => id === own || (!ended.has(id) && endsHere(settled, id, live)))
  const from = entries.find((id) => id !== own)
  const isMoved = from !== undefined && !index.entries.has(own)
  return {
    webhook,
    pairs: wants.map((want) => pairOf(index, want, claims.get(want))),
    entries,
    remnants: entries.flatMap((id) => liveOf(settled, id)),
    retiring: entries.flatMap((id) => retiringOf(settled, id)),
    ...(isMoved ? { movedFrom: movedName(input, from, webhook) } : {}),
  }
}

/**
 * Whether a foreign entry ends in a webhook that took over objects of it. One that is declared lives on; so does one
 * of a file that is not loaded, unless it has nothing left: what else it owns is not ours to judge.
 */
function endsHere({ input, index }: Settled, id: string, live: readonly LiveObject[]): boolean {
  const entry = index.entries.get(id)
  if (entry === undefined || index.declared.has(id)) return false
  if (input.files.has(entry.file)) return true
  const ids = new Set(live.map((object) => object.id))
  return [...entry.objects, ...(entry.retiring ?? [])].every((object) => ids.has(object.id))
}

/** Says where a webhook comes from: its former key, or the former file when the key stayed. */
function movedName(input: MatchInput, from: string, webhook: DesiredWebhook): string {
  const entry = input.ledger?.webhooks[from]
  const key = entry === undefined ? from : entryKey(from, entry)
  return key === webhook.key ? from : key
}

function pairOf(index: LiveIndex, want: Want, live: LiveObject | undefined): Pair {
  if (live === undefined) return want
  const ownerId = index.ownerOf.get(live.id)
  const owner = ownerId === undefined ? undefined : index.entries.get(ownerId)
  return ownerId === undefined || owner === undefined ? { ...want, live } : { ...want, live, owner, ownerId }
}

/** Lists what an entry owns that is live and not paired; what is being retired is not a remnant. */
function liveOf(settled: Settled, id: string): readonly LiveObject[] {
  const { index } = settled
  return (index.entries.get(id)?.objects ?? []).flatMap((object) => freeObject(settled, id, object.id) ?? [])
}

function retiringOf(settled: Settled, id: string): readonly Retiring[] {
  return (settled.index.entries.get(id)?.retiring ?? []).flatMap((object) => {
    const live = freeObject(settled, id, object.id)
    return live === undefined ? [] : [{ live, until: object.until }]
  })
}

/** Finds an object that is live and not paired. One that a killed run left in two entries is that of its owner alone. */
function freeObject({ index, claimed }: Settled, entry: string, id: string): LiveObject | undefined {
  return claimed.has(id) || index.ownerOf.get(id) !== entry ? undefined : index.byId.get(id)
}
