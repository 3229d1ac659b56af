import { compareText } from './diagnostic.ts'
import { identityOfObject } from './identity.ts'
import type { LiveIndex } from './live-index.ts'
import type { MatchInput } from './match-input.ts'
import type { ProviderDefinition } from './provider.ts'
import { quotaGroup } from './quota.ts'
import type { DesiredObject, DesiredWebhook, LiveObject } from './webhook.ts'

/** A declared object that looks for its live one. */
export interface Want {
  readonly webhook: DesiredWebhook
  readonly object: DesiredObject
}

/** Claims what the ledger says is theirs, the equal one first and then the one recorded last. */
export function claimByLedger(input: MatchInput, index: LiveIndex, wants: readonly Want[]): Map<Want, LiveObject> {
  const claims = new Map<Want, LiveObject>()
  const taken = new Set<string>()
  for (const want of wants) {
    const candidates = (index.continued.get(want.webhook) ?? [])
      .flatMap((id) => index.entries.get(id)?.objects ?? [])
      .filter((object) => object.part === want.object.part && !taken.has(object.id))
      .flatMap((object) => index.byId.get(object.id) ?? [])
    const identity = identityOfObject(input.definition, want.object)
    const same = candidates.filter((live) => identityOfObject(input.definition, live) === identity)
    const live =
      same.find((twin) => input.isEqual(want.object, twin, want.webhook)) ??
      same.at(-1) ??
      candidates.findLast((candidate) => sharesQuota(input.definition, want.object, candidate)) ??
      candidates.at(-1)
    if (live === undefined) continue
    claims.set(want, live)
    taken.add(live.id)
  }
  return claims
}

/** What stays in its group needs no room in another one. */
function sharesQuota(definition: ProviderDefinition, object: DesiredObject, live: LiveObject): boolean {
  const { quota } = definition
  return quota !== undefined && quotaGroup(definition, quota, object) === quotaGroup(definition, quota, live)
}

/** Claims, for those without one, a live object of the identity they have or had. */
export function claimByIdentity(
  input: MatchInput,
  index: LiveIndex,
  wants: readonly Want[],
  claims: Map<Want, LiveObject>,
): void {
  const taken = new Set([...claims.values()].map((live) => live.id))
  for (const want of wants) {
    if (claims.has(want)) continue
    const identities = [identityOfObject(input.definition, want.object), ...formerIdentity(input.definition, want)]
    const live = identities
      .map((identity) => (index.byIdentity.get(identity) ?? []).filter((twin) => !taken.has(twin.id)))
      .flatMap((twins) => rankTwins(input, index, want, twins))[0]
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

/** Among twins: the ledger's, then the equal one, then the oldest, then the least id. */
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
