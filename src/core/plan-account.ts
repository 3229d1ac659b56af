import type { Action } from './action.ts'
import { adviseOnAccount } from './advice.ts'
import { canonicalText } from './canonical.ts'
import { compareText } from './diagnostic.ts'
import { diffFields, diffObject } from './diff.ts'
import { guardActions } from './guard.ts'
import { groupByIdentity, identityOfObject } from './identity.ts'
import type { LedgerAccount, LedgerEntry } from './ledger.ts'
import { accountKey, entryId, isAccountEntry } from './ledger.ts'
import type { Match, Matches } from './match.ts'
import { matchWebhooks } from './match.ts'
import { orderActions } from './order.ts'
import { claimIntents, ownedIds } from './ownership.ts'
import type { AccountInput, AccountPlan, Duplicate } from './plan.ts'
import { planPrune, planRemoval, planWebhook } from './plan-actions.ts'
import type { Released } from './release-abandoned.ts'
import { releaseAbandoned } from './release-abandoned.ts'
import { type Unfinished, unfinishedOf, withFingerprint, withoutField } from './rotation.ts'
import type { LiveObject } from './webhook.ts'

/** Plans one account: match, diff, plan, order, guard. A function of its input alone. */
export function planAccount(given: AccountInput): AccountPlan {
  const { input, ...released } = releaseAbandoned(withIntents(sortInput(given)))
  const matches = spareAbandoned(matchAccount(input), released)
  const twins = findTwins(input, matches)
  const planned = planMatches(input, matches, twins)
  const actions = orderActions(input, planned).filter((action) => input.options.selects(action.id))
  const gone = matches.undeclared.filter((remnant) => remnant.live.length === 0)
  const ids = new Set(input.live.objects.map((live) => live.id))
  const orphans = gone.filter(({ entry: { objects } }) => objects.length > 0 && !objects.some(({ id }) => ids.has(id)))
  const plan = {
    account: input.account,
    definition: input.definition,
    actions,
    unmanaged: unmanagedOf(matches, twins, planned),
    duplicates: twins.duplicates,
    outOfScope: matches.outOfScope.map((remnant) => remnant.key).toSorted(compareText),
    orphaned: orphans.map((remnant) => remnant.key).toSorted(compareText),
    abandoned: released.keys,
    ended: [...gone.map((remnant) => remnant.entryId), ...released.entries, ...endedShared(input)].toSorted(
      compareText,
    ),
    refusals: guardActions(input, actions, twins.duplicates.flatMap((duplicate) => duplicate.twins).length),
  }
  return { ...plan, diagnostics: adviseOnAccount(input, plan) }
}

function matchAccount(input: AccountInput): Matches {
  return matchWebhooks({
    definition: input.definition,
    desired: input.desired ?? [],
    live: input.live.objects,
    ledger: input.ledger && withoutShared(input.ledger),
    files: input.desired === undefined ? new Set() : input.files,
    isEqual: (object, live, webhook) =>
      diffObject(input.definition, object.fields, live.fields, {
        desired: webhook.fingerprints ?? {},
        ledger: undefined,
        writeUnknown: false,
      }).every((difference) => difference.effect === 'none'),
  })
}

function spareAbandoned(matches: Matches, { isSpared }: Pick<Released, 'isSpared'>): Matches {
  return { ...matches, unowned: matches.unowned.filter((live) => !isSpared(live)) }
}

/** Brings the input into one order, so that the order in which files and vendors list things does not matter. */
function sortInput(input: AccountInput): AccountInput {
  const objects = input.live.objects.toSorted((a, b) => compareText(a.id, b.id))
  const desired = input.desired?.toSorted((a, b) => compareText(a.key, b.key))
  return { ...input, desired, live: { ...input.live, objects } }
}

/** Adds to the ledger what unsettled intents of interrupted runs have made. */
function withIntents(input: AccountInput): AccountInput {
  if (input.ledger === undefined) return input
  const { ledger, settled } = claimIntents(input.definition, input.ledger, input.live)
  return { ...input, ledger, unclear: settled.filter((one) => one.made.length > 1).map((one) => one.intent) }
}

interface Twins {
  readonly duplicates: readonly Duplicate[]
  /** Unowned objects by the identity of a declared webhook. */
  readonly ofDeclared: ReadonlyMap<string, readonly LiveObject[]>
}

function findTwins(input: AccountInput, matches: Matches): Twins {
  const byIdentity = groupByIdentity(input.definition, matches.unowned)
  const duplicates: Duplicate[] = []
  const ofDeclared = new Map<string, readonly LiveObject[]>()
  const about = { provider: input.account.name, type: input.definition.type }
  for (const pair of matches.matches.flatMap((match) => match.pairs)) {
    if (pair.live === undefined) continue
    const identity = identityOfObject(input.definition, pair.live)
    const twins = byIdentity.get(identity)
    if (twins === undefined) continue
    byIdentity.delete(identity)
    ofDeclared.set(identity, twins)
    duplicates.push({ ...about, key: pair.webhook.key, kept: pair.live.id, twins })
  }
  for (const [first, ...others] of byIdentity.values()) {
    if (first !== undefined && others.length > 0) duplicates.push({ ...about, kept: first.id, twins: others })
  }
  return { duplicates, ofDeclared }
}

function planMatches(input: AccountInput, matches: Matches, twins: Twins): readonly Action[] {
  if (input.desired === undefined) return []
  const declared = matches.matches.map((match) => planWebhook(input, match, removableTwins(input, match, twins)))
  const removals = matches.undeclared
    .filter((remnant) => input.account.prune !== 'none' && remnant.live.length > 0)
    .map((remnant) => planRemoval(input, remnant))
  const deduped = deletedBy(declared)
  const pruned = matches.unowned
    .filter((live) => input.account.prune === 'all' && !deduped.has(live.id))
    .map((live) => planPrune(input, live))
  return [...accountAction(input), ...declared, ...removals, ...pruned].toSorted((a, b) => compareText(a.key, b.key))
}

/**
 * Twins that `--dedupe` may remove: all readable fields equal those of the kept one, and no server-made secret could
 * be lost with them.
 */
function removableTwins(input: AccountInput, match: Match, twins: Twins): readonly LiveObject[] {
  if (!input.options.dedupe || input.definition.serverSecret !== undefined) return []
  return match.pairs.flatMap((pair) => {
    const kept = pair.live
    if (kept === undefined) return []
    const candidates = twins.ofDeclared.get(identityOfObject(input.definition, kept)) ?? []
    return candidates.filter((twin) => isReadablyEqual(input, kept, twin))
  })
}

function isReadablyEqual(input: AccountInput, a: LiveObject, b: LiveObject): boolean {
  return Object.entries(input.definition.fields)
    .filter(([, field]) => field.kind !== 'secret')
    .every(([name, field]) => canonicalText(field, a.fields[name]) === canonicalText(field, b.fields[name]))
}

/** Account-wide values have an entry and no webhook, so there is nothing to match them with. */
function withoutShared(ledger: LedgerAccount): LedgerAccount {
  const webhooks = Object.entries(ledger.webhooks).filter(([id, entry]) => !isAccountEntry(id, entry))
  return { ...ledger, webhooks: Object.fromEntries(webhooks) }
}

/** Finds the entry of account-wide values that the loaded files no longer declare. */
function endedShared({ ledger, files, desiredFields, accountFile }: AccountInput): readonly string[] {
  const isDeclared = Object.keys(desiredFields).length > 0
  const own = entryId(accountFile ?? '', accountKey)
  return Object.entries(ledger?.webhooks ?? {}).flatMap(([id, entry]) =>
    isAccountEntry(id, entry) && files.has(entry.file) && !(isDeclared && id === own) ? [id] : [],
  )
}

/** Plans account-wide values, such as one secret for all webhooks. */
function accountAction(input: AccountInput): readonly Action[] {
  const fields = input.definition.accountFields
  if (fields === undefined || Object.keys(input.desiredFields).length === 0) return []
  const file = input.accountFile ?? ''
  const entry = input.ledger?.webhooks[entryId(file, accountKey)]
  const rotation = sharedRotation(input, entry)
  const compared =
    rotation === undefined ? input.desiredFields : withoutField({ fields: input.desiredFields }, rotation.path).fields
  const differences = diffFields(fields, compared, input.live.fields, {
    desired: input.accountFingerprints ?? {},
    ledger: input.ledger === undefined ? undefined : (entry?.fingerprints ?? {}),
    ...(entry?.declared === undefined ? {} : { declared: entry.declared }),
    writeUnknown: input.options.writesSecrets(`${input.account.name}/${accountKey}`),
  })
  const changes = differences
    .map((difference) => difference.change)
    .filter((change) => !('secret' in change) || change.secret !== 'same')
  const writes = differences.some((difference) => difference.write !== undefined)
  const owned = ownedIds(input.ledger ?? { identity: {}, webhooks: {}, intents: {} })
  const others = input.live.objects.filter((live) => !owned.has(live.id))
  return [
    {
      id: `${input.account.name}/${accountKey}`,
      kind: writes ? 'update' : 'keep',
      provider: input.account.name,
      type: input.definition.type,
      key: accountKey,
      changes,
      objects: [],
      shared: { fields: input.desiredFields, fingerprints: sharedFingerprints(input, rotation, entry), file },
      entries: [],
      after: [],
      ...(writes && others.length > 0 ? { reason: `affects ${others.length} unmanaged webhooks too` } : {}),
    },
  ]
}

/** Finds the rotation of a value that all webhooks share, which another run has to finish. */
function sharedRotation(input: AccountInput, entry: LedgerEntry | undefined): Unfinished | undefined {
  if (input.options.rotating?.(`${input.account.name}/${accountKey}`) !== undefined) return undefined
  return unfinishedOf([entry], input.desiredFields)
}

function sharedFingerprints(
  { accountFingerprints = {} }: AccountInput,
  rotation: Unfinished | undefined,
  entry: LedgerEntry | undefined,
): Readonly<Record<string, string>> {
  if (rotation === undefined) return accountFingerprints
  return withFingerprint(accountFingerprints, rotation.path, entry?.fingerprints[rotation.path])
}

/** Unmanaged are those neither declared nor owned, save the twins of what is declared and what is pruned. */
function unmanagedOf(matches: Matches, twins: Twins, actions: readonly Action[]): readonly LiveObject[] {
  const ofDeclared = new Set([...twins.ofDeclared.values()].flat())
  const deleted = deletedBy(actions)
  return matches.unowned
    .filter((live) => !ofDeclared.has(live) && !deleted.has(live.id))
    .toSorted((a, b) => compareText(a.id, b.id))
}

function deletedBy(actions: readonly Action[]): ReadonlySet<string> {
  const objects = actions.flatMap((action) => action.objects)
  return new Set(objects.flatMap((change) => (change.op === 'delete' ? [change.live.id] : [])))
}
