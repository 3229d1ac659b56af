import type { Want } from './claims.ts'
import { identityOfObject } from './identity.ts'
import type { LiveIndex } from './live-index.ts'
import type { MatchInput } from './match-input.ts'
import type { LiveObject } from './webhook.ts'

/**
 * Resolves declared identities that are held by another live object: a cycle is paired by identity, so that nothing
 * has to be moved; where the vendor would not let both live, an identity held by an object that no declared webhook
 * claims is taken over.
 */
export function settleMoves(input: MatchInput, index: LiveIndex, claims: Map<Want, LiveObject>): void {
  const claimant = new Map([...claims].map(([want, live]) => [live.id, want] as const))
  const holders = new Map<Want, LiveObject>()
  for (const [want, live] of claims) {
    const holder = holderOf(input, index, want, live)
    if (holder !== undefined) holders.set(want, holder)
  }
  const circling = new Set<Want>()
  for (const want of cyclesOf(holders, claimant)) {
    circling.add(want)
    claim(claims, want, holders.get(want))
  }
  if (input.definition.uniqueIdentity === 'no') return
  const follower = new Map([...holders].map(([want, holder]) => [holder.id, want] as const))
  for (const [want, holder] of holders) {
    if (!circling.has(want) && !claimant.has(holder.id)) shiftChain(claims, holders, follower, want)
  }
}

/** Takes over what stands in the way; whoever wanted to move to the place that this frees takes it over in turn. */
function shiftChain(
  claims: Map<Want, LiveObject>,
  holders: ReadonlyMap<Want, LiveObject>,
  follower: ReadonlyMap<string, Want>,
  first: Want,
): void {
  for (let want: Want | undefined = first; want !== undefined; ) {
    const freed = claims.get(want)
    claim(claims, want, holders.get(want))
    want = freed === undefined ? undefined : follower.get(freed.id)
  }
}

function claim(claims: Map<Want, LiveObject>, want: Want, live: LiveObject | undefined): void {
  if (live !== undefined) claims.set(want, live)
}

/** Finds the other live object that has the identity a claimed one shall move to. */
function holderOf(input: MatchInput, index: LiveIndex, want: Want, live: LiveObject): LiveObject | undefined {
  const identity = identityOfObject(input.definition, want.object)
  if (identityOfObject(input.definition, live) === identity) return undefined
  return index.byIdentity.get(identity)?.[0]
}

/** Walks the moves from each start once; whatever comes back to itself is a cycle. */
function cyclesOf(holders: ReadonlyMap<Want, LiveObject>, claimant: ReadonlyMap<string, Want>): readonly Want[] {
  const seen = new Set<Want>()
  const circling: Want[] = []
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
    if (from >= 0) circling.push(...path.slice(from))
  }
  return circling
}
