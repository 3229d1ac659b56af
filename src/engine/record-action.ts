import { type Action, objectIds, type SharedValues } from '../core/action.ts'
import type { LedgerEntry, LedgerObject, RetiringObject } from '../core/ledger.ts'
import { accountKey, entryId, ledgerAccountId } from '../core/ledger.ts'
import type { AccountPlan } from '../core/plan.ts'
import { clearedFingerprint } from '../core/secret-verdict.ts'
import type { DesiredWebhook } from '../core/webhook.ts'
import type { Clock, Ports } from './ports.ts'
import { rememberSecrets } from './remember-secrets.ts'
import type { StepContext } from './run-step.ts'

/** What writing something down needs of a run. */
export type RecordPorts = Pick<Ports, 'ledger' | 'toolVersion'> & { readonly clock: Pick<Clock, 'now'> }
export type RecordContext = Pick<StepContext, 'account' | 'renamed' | 'captured' | 'made' | 'claimed'>

/** Writes down that an action is done; answers with the ids of the objects the webhook now has. */
export async function recordAction(
  ports: RecordPorts,
  context: RecordContext,
  action: Action,
): Promise<readonly string[]> {
  const account = ledgerAccountId(context.account.name, context.account.identity)
  const own = action.desired === undefined ? undefined : entryId(action.desired.file, action.desired.key)
  if (action.shared !== undefined) await recordShared(ports, account, action, action.shared)
  const objects = own === undefined ? [] : objectsOf(ports, context, own, action)
  if (own !== undefined && action.desired !== undefined) {
    const known = ports.ledger.entry(account, own)
    const entry = entryOf(ports, context, action, action.desired, objects, known)
    if (needsWriting(action, entry, known)) await ports.ledger.record({ kind: 'put-entry', account, key: own, entry })
  }
  for (const key of action.entries.filter((id) => id !== own)) {
    await ports.ledger.record({ kind: 'remove-entry', account, key })
  }
  return objects.map((object) => object.id)
}

/** Remembers what all webhooks of the account share, so that it can be compared where the vendor hides it. */
async function recordShared(ports: RecordPorts, account: string, action: Action, shared: SharedValues): Promise<void> {
  const key = entryId(shared.file, accountKey)
  const known = ports.ledger.entry(account, key)
  const entry = {
    ...rememberSecrets(action, shared.fields, known === undefined ? [] : [known], ports.clock.now()),
    objects: [],
    file: shared.file,
    fingerprints: writtenPrints(action, shared, known),
    declared: Object.keys(shared.fields).toSorted(),
    applied_at: new Date(ports.clock.now()).toISOString(),
    tool_version: ports.toolVersion,
  }
  if (needsWriting(action, entry, known)) await ports.ledger.record({ kind: 'put-entry', account, key, entry })
}

/** Ends what is managed no longer: entries whose objects are gone, and those that are abandoned. */
export async function recordQuietly(ports: RecordPorts, plan: AccountPlan): Promise<void> {
  const account = ledgerAccountId(plan.account.name, plan.account.identity)
  for (const key of plan.ended) await ports.ledger.record({ kind: 'remove-entry', account, key })
}

/** Objects that this run has made, and those that are kept or adopted as they are; what was gone before is let go. */
function objectsOf(ports: RecordPorts, context: RecordContext, own: string, action: Action): readonly LedgerObject[] {
  const account = ledgerAccountId(context.account.name, context.account.identity)
  const removed = new Set(
    action.objects.flatMap((change) =>
      change.op === 'delete' || change.op === 'replace' || change.op === 'retire' ? [change.live.id] : [],
    ),
  )
  const staying = action.objects.flatMap((change): readonly LedgerObject[] => {
    if (change.op !== 'keep' && change.op !== 'adopt' && change.op !== 'update') return []
    const { live, object } = change
    return [{ id: context.renamed.get(live.id) ?? live.id, part: object.part, scope: object.scope }]
  })
  const ids = new Set(staying.map((object) => object.id))
  const made = new Set([...context.made.values()].flatMap(({ id }) => id ?? []))
  const recorded = (ports.ledger.entry(account, own)?.objects ?? []).filter(
    (object) => made.has(object.id) && !ids.has(object.id) && !removed.has(object.id),
  )
  return [...staying, ...recorded].toSorted((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)))
}

function entryOf(
  ports: RecordPorts,
  context: RecordContext,
  action: Action,
  desired: DesiredWebhook,
  objects: readonly LedgerObject[],
  known: LedgerEntry | undefined,
): LedgerEntry {
  const retiring = retiringOf(ports, context, action, objects)
  return {
    objects,
    file: desired.file,
    fingerprints: writtenPrints(action, desired, known, context.captured.get(action.id)),
    ...rememberSecrets(action, desired.fields, formerOf(ports, context, action, known), ports.clock.now()),
    ...(retiring.length === 0 ? {} : { retiring }),
    ...(desired.hash === undefined ? {} : { hash: desired.hash }),
    declared: Object.keys(desired.fields).toSorted(),
    applied_at: new Date(ports.clock.now()).toISOString(),
    tool_version: ports.toolVersion,
  }
}

function formerOf(
  ports: RecordPorts,
  { account: { name, identity } }: RecordContext,
  action: Action,
  known: LedgerEntry | undefined,
): readonly LedgerEntry[] {
  const ended = action.entries.flatMap((id) => ports.ledger.entry(ledgerAccountId(name, identity), id) ?? [])
  return known === undefined ? ended : [known, ...ended]
}

/** What the entries that end here were retiring is retired by the one they end in. */
function retiringOf(
  ports: RecordPorts,
  context: RecordContext,
  action: Action,
  objects: readonly LedgerObject[],
): readonly RetiringObject[] {
  const account = ledgerAccountId(context.account.name, context.account.identity)
  const own = action.desired === undefined ? [] : [entryId(action.desired.file, action.desired.key)]
  const staying = new Set(objects.map((object) => object.id))
  // What another webhook is paired with now is retired no more.
  const mine = new Set(objectIds(action))
  return [...new Set([...own, ...action.entries])]
    .flatMap((id) => ports.ledger.entry(account, id)?.retiring ?? [])
    .filter(({ id }) => !staying.has(id) && !wasDeleted(action, id) && !(context.claimed.has(id) && !mine.has(id)))
}

function wasDeleted(action: Action, id: string): boolean {
  return action.objects.some((change) => change.op === 'delete' && change.live.id === id)
}

/** What could not be compared was not written either, so its fingerprint stays what it was. */
function writtenPrints(
  { changes }: Action,
  declared: Pick<DesiredWebhook, 'fields' | 'fingerprints'>,
  known: LedgerEntry | undefined,
  captured: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const prints: Record<string, string> = { ...declared.fingerprints, ...captured }
  for (const change of changes) {
    if (!('secret' in change) || change.secret !== 'unknown') continue
    // With a comparable one of its own, it is unknown because the live object is not the one the entry knew.
    const former = change.ground === 'no-fingerprint' ? undefined : known?.fingerprints[change.path]
    if (former === undefined) delete prints[change.path]
    else prints[change.path] = former
  }
  for (const [path, value] of Object.entries(declared.fields)) if (value === null) prints[path] = clearedFingerprint
  return Object.fromEntries(Object.entries(prints).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** A webhook that is as it was leaves its entry as it was, so that a run without changes leaves every byte. */
function needsWriting(action: Action, entry: LedgerEntry, known: LedgerEntry | undefined): boolean {
  if (known === undefined || action.kind !== 'keep' || action.movedFrom !== undefined) return true
  const { applied_at: _at, tool_version: _version, ...mine } = entry
  const { applied_at: _knownAt, tool_version: _knownVersion, ...theirs } = known
  return canonicalEntry(mine) !== canonicalEntry(theirs)
}

function canonicalEntry(entry: object): string {
  return JSON.stringify(entry, Object.keys(flatten(entry)).toSorted())
}

function flatten(value: object): Record<string, true> {
  const names: Record<string, true> = {}
  JSON.stringify(value, (name, inner: unknown) => {
    names[name] = true
    return inner
  })
  return names
}
