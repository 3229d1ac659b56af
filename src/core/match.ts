import { compareText } from './diagnostic.ts'
import { expandWebhook, identityOfObject } from './identity.ts'
import type { LedgerAccount, LedgerEntry } from './ledger.ts'
import { entryId, entryKey } from './ledger.ts'
import type { ProviderDefinition } from './provider.ts'
import type { DesiredObject, DesiredWebhook, LiveObject } from './webhook.ts'

export interface MatchInput {
  readonly definition: ProviderDefinition
  readonly desired: readonly DesiredWebhook[]
  readonly live: readonly LiveObject[]
  readonly ledger: LedgerAccount | undefined
  readonly files: ReadonlySet<string>
  /** Whether readable fields are equal; decides among twins. */
  readonly isEqual: (object: DesiredObject, live: LiveObject, webhook: DesiredWebhook) => boolean
}

/** A declared object and the live one it is paired with. */
export interface Pair {
  readonly webhook: DesiredWebhook
  readonly object: DesiredObject
  readonly live?: LiveObject
  /** Whether the ledger owns `live`. */
  readonly owned: boolean
}

/** All pairs of one declared webhook, and what its ledger entries say. */
export interface Match {
  readonly webhook: DesiredWebhook
  readonly pairs: readonly Pair[]
  /** Its own ledger entry, or the one it moves from. */
  readonly entry?: LedgerEntry
  /** Ids of the entries that end in this webhook's own. */
  readonly entries: readonly string[]
  readonly movedFrom?: string
  /** Owned by its entries, live, and paired with nothing. */
  readonly remnants: readonly LiveObject[]
}

/** An owned webhook that is no longer declared. */
export interface Remnant {
  readonly entryId: string
  readonly key: string
  readonly entry: LedgerEntry
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
  const wants = input.desired.flatMap((webhook) =>
    expandWebhook(input.definition, webhook).map((object) => ({ webhook, object })),
  )
  const index = indexLive(input)
  const claims = new Map<Want, LiveObject>()
  claimByLedger(input, index, wants, claims)
  settleMoves(input, index, claims)
  claimByIdentity(input, index, wants, claims)
  return collectMatches(input, index, wants, claims)
}

interface Want {
  readonly webhook: DesiredWebhook
  readonly object: DesiredObject
}

interface LiveIndex {
  readonly byId: ReadonlyMap<string, LiveObject>
  readonly byIdentity: ReadonlyMap<string, readonly LiveObject[]>
  /** Entry that owns a live id. */
  readonly ownerOf: ReadonlyMap<string, string>
  /** Entry ids of what is declared now. */
  readonly declared: ReadonlySet<string>
  /** Undeclared entries of loaded files, by key: where a webhook that changed its file or key comes from. */
  readonly vacant: ReadonlyMap<string, string>
}

function indexLive(input: MatchInput): LiveIndex {
  const byIdentity = new Map<string, LiveObject[]>()
  for (const live of input.live) {
    const identity = identityOfObject(input.definition, live)
    const twins = byIdentity.get(identity)
    if (twins === undefined) byIdentity.set(identity, [live])
    else twins.push(live)
  }
  const entries = Object.entries(input.ledger?.webhooks ?? {})
  const declared = new Set(input.desired.map((webhook) => entryId(webhook.file, webhook.key)))
  const ownerOf = entries.flatMap(([id, entry]) =>
    [...entry.objects, ...(entry.retiring ?? [])].map((object) => [object.id, id] as const),
  )
  const vacant = entries
    .filter(([id, entry]) => !declared.has(id) && input.files.has(entry.file))
    .map(([id, entry]) => [entryKey(id, entry), id] as const)
  return {
    byId: new Map(input.live.map((live) => [live.id, live])),
    byIdentity,
    ownerOf: new Map(ownerOf),
    declared,
    vacant: new Map(vacant),
  }
}

/** Names the entry a webhook continues: its own, or that of its former key or file. */
function entryOf(input: MatchInput, index: LiveIndex, webhook: DesiredWebhook): string | undefined {
  const own = entryId(webhook.file, webhook.key)
  const entries = input.ledger?.webhooks ?? {}
  if (entries[own] !== undefined) return own
  const former = typeof webhook.previously === 'string' ? index.vacant.get(webhook.previously) : undefined
  return former ?? index.vacant.get(webhook.key)
}

function claimByLedger(
  input: MatchInput,
  index: LiveIndex,
  wants: readonly Want[],
  claims: Map<Want, LiveObject>,
): void {
  const taken = new Set<string>()
  for (const want of wants) {
    const id = entryOf(input, index, want.webhook)
    const entry = id === undefined ? undefined : input.ledger?.webhooks[id]
    if (entry === undefined) continue
    const candidates = entry.objects
      .filter((object) => object.part === want.object.part && !taken.has(object.id))
      .flatMap((object) => index.byId.get(object.id) ?? [])
    const identity = identityOfObject(input.definition, want.object)
    const same = candidates.filter((live) => identityOfObject(input.definition, live) === identity)
    const live = same.find((twin) => input.isEqual(want.object, twin, want.webhook)) ?? same.at(-1) ?? candidates.at(-1)
    if (live === undefined) continue
    claims.set(want, live)
    taken.add(live.id)
  }
}

/**
 * Resolves declared identities that are held by another live object: a cycle is paired by identity; an identity held
 * by an object that no declared webhook claims is taken over, where the vendor would not let both live.
 */
function settleMoves(input: MatchInput, index: LiveIndex, claims: Map<Want, LiveObject>): void {
  const claimant = new Map([...claims].map(([want, live]) => [live.id, want] as const))
  const holders = new Map<Want, LiveObject>()
  for (const [want, live] of claims) {
    const holder = holderOf(input, index, want, live)
    if (holder !== undefined) holders.set(want, holder)
  }
  for (const cycle of cyclesOf(holders, claimant)) {
    for (const [want, holder] of cycle) claims.set(want, holder)
  }
  if (input.definition.uniqueIdentity === 'no') return
  for (const [want, holder] of holders) {
    if (!claimant.has(holder.id) && claims.get(want) !== holder) claims.set(want, holder)
  }
}

/** Finds the other live object that has the identity a claimed one shall move to. */
function holderOf(input: MatchInput, index: LiveIndex, want: Want, live: LiveObject): LiveObject | undefined {
  const identity = identityOfObject(input.definition, want.object)
  if (identityOfObject(input.definition, live) === identity) return undefined
  return index.byIdentity.get(identity)?.[0]
}

/** Walks the moves from each start once; whatever comes back to itself is a cycle. */
function cyclesOf(
  holders: ReadonlyMap<Want, LiveObject>,
  claimant: ReadonlyMap<string, Want>,
): readonly (readonly (readonly [Want, LiveObject])[])[] {
  const seen = new Set<Want>()
  const cycles: (readonly [Want, LiveObject])[][] = []
  for (const start of holders.keys()) {
    const path: Want[] = []
    let at: Want | undefined = start
    while (at !== undefined && !seen.has(at)) {
      seen.add(at)
      path.push(at)
      const holder = holders.get(at)
      at = holder === undefined ? undefined : claimant.get(holder.id)
    }
    const from = at === undefined ? -1 : path.indexOf(at)
    if (from < 0) continue
    cycles.push(path.slice(from).flatMap((want) => pairWith(want, holders.get(want))))
  }
  return cycles
}

function pairWith(want: Want, holder: LiveObject | undefined): readonly (readonly [Want, LiveObject])[] {
  return holder === undefined ? [] : [[want, holder]]
}

function claimByIdentity(
  input: MatchInput,
  index: LiveIndex,
  wants: readonly Want[],
  claims: Map<Want, LiveObject>,
): void {
  const taken = new Set([...claims.values()].map((live) => live.id))
  for (const want of wants) {
    if (claims.has(want)) continue
    const identities = [identityOfObject(input.definition, want.object), ...formerIdentity(input.definition, want)]
    const twins = identities.flatMap((identity) => index.byIdentity.get(identity) ?? [])
    const ranked = rankTwins(
      input,
      index,
      want,
      twins.filter((live) => !taken.has(live.id)),
    )
    const live = ranked[0]
    if (live === undefined) continue
    claims.set(want, live)
    taken.add(live.id)
  }
}

/** The identity a webhook had before, where `previously` gives identity fields. */
function formerIdentity(definition: ProviderDefinition, want: Want): readonly string[] {
  const { previously } = want.webhook
  if (previously === undefined || typeof previously === 'string') return []
  return [identityOfObject(definition, { ...want.object, fields: { ...want.object.fields, ...previously } })]
}

/** Among twins: the ledger's, then the equal one, then the oldest, then the smallest id. */
function rankTwins(
  input: MatchInput,
  index: LiveIndex,
  want: Want,
  twins: readonly LiveObject[],
): readonly LiveObject[] {
  if (twins.length < 2) return twins
  const rank = (live: LiveObject): number => {
    const owner = index.ownerOf.get(live.id)
    if (owner === undefined) return 1
    return index.declared.has(owner) ? 2 : 0
  }
  const equal = new Map(twins.map((live) => [live.id, input.isEqual(want.object, live, want.webhook)]))
  return twins.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      Number(equal.get(b.id)) - Number(equal.get(a.id)) ||
      compareText(a.createdAt ?? '', b.createdAt ?? '') ||
      compareText(a.id, b.id),
  )
}

function collectMatches(
  input: MatchInput,
  index: LiveIndex,
  wants: readonly Want[],
  claims: ReadonlyMap<Want, LiveObject>,
): Matches {
  const wantsOf = groupWants(wants)
  const claimed = new Set([...claims.values()].map((live) => live.id))
  const ended = new Set<string>()
  const matches = input.desired.map((webhook) => {
    const match = collectMatch(input, index, webhook, wantsOf.get(webhook) ?? [], claims, claimed)
    for (const id of match.entries) ended.add(id)
    return match
  })
  const remnants = Object.entries(input.ledger?.webhooks ?? {})
    .filter(([id]) => !index.declared.has(id) && !ended.has(id))
    .map(([id, entry]) => ({ entryId: id, key: entryKey(id, entry), entry, live: liveOf(index, entry, claimed) }))
  return {
    matches,
    undeclared: remnants.filter((remnant) => input.files.has(remnant.entry.file)),
    outOfScope: remnants.filter((remnant) => !input.files.has(remnant.entry.file)),
    unowned: input.live.filter((live) => !claimed.has(live.id) && !index.ownerOf.has(live.id)),
  }
}

function groupWants(wants: readonly Want[]): ReadonlyMap<DesiredWebhook, readonly Want[]> {
  const groups = new Map<DesiredWebhook, Want[]>()
  for (const want of wants) {
    const group = groups.get(want.webhook)
    if (group === undefined) groups.set(want.webhook, [want])
    else group.push(want)
  }
  return groups
}

function collectMatch(
  input: MatchInput,
  index: LiveIndex,
  webhook: DesiredWebhook,
  wants: readonly Want[],
  claims: ReadonlyMap<Want, LiveObject>,
  claimed: ReadonlySet<string>,
): Match {
  const own = entryId(webhook.file, webhook.key)
  const claimedLive = wants.flatMap((want) => claims.get(want) ?? [])
  const owners = claimedLive.flatMap((live) => index.ownerOf.get(live.id) ?? [])
  const continued = entryOf(input, index, webhook)
  const ids = new Set(claimedLive.map((live) => live.id))
  const entries = [...new Set([...(continued === undefined ? [] : [continued]), ...owners])].filter(
    (id) => id === own || endsHere(input, index, id, ids),
  )
  const entry = entries.map((id) => input.ledger?.webhooks[id]).find((found) => found !== undefined)
  const remnants = entries.flatMap((id) => liveOf(index, input.ledger?.webhooks[id], claimed))
  const from = entries.find((id) => id !== own)
  const moved = entries.includes(own) || from === undefined ? undefined : movedName(from, input, webhook)
  return {
    webhook,
    pairs: wants.map((want) => pairOf(index, want, claims.get(want))),
    entries,
    remnants,
    ...(entry === undefined ? {} : { entry }),
    ...(moved === undefined ? {} : { movedFrom: moved }),
  }
}

/**
 * Whether a foreign entry ends in a webhook that took over objects of it. One that is declared lives on; so does one
 * of a file that is not loaded, unless it has nothing left: what else it owns is not ours to judge.
 */
function endsHere(input: MatchInput, index: LiveIndex, id: string, claimed: ReadonlySet<string>): boolean {
  const entry = input.ledger?.webhooks[id]
  if (entry === undefined || index.declared.has(id)) return false
  return input.files.has(entry.file) || entry.objects.every((object) => claimed.has(object.id))
}

/** Says where a webhook comes from: its former key, or the former file when the key stayed. */
function movedName(from: string, input: MatchInput, webhook: DesiredWebhook): string {
  const entry = input.ledger?.webhooks[from]
  const key = entry === undefined ? from : entryKey(from, entry)
  return key === webhook.key ? from : key
}

function pairOf(index: LiveIndex, want: Want, live: LiveObject | undefined): Pair {
  if (live === undefined) return { ...want, owned: false }
  return { ...want, live, owned: index.ownerOf.has(live.id) }
}

/** Lists what an entry owns that is live and not paired; what is being retired is not a remnant. */
function liveOf(index: LiveIndex, entry: LedgerEntry | undefined, claimed: ReadonlySet<string>): readonly LiveObject[] {
  return (entry?.objects ?? [])
    .filter((object) => !claimed.has(object.id))
    .flatMap((object) => index.byId.get(object.id) ?? [])
}
