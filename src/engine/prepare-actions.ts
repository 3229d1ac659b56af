import type { Action, ObjectChange, SharedValues } from '../core/action.ts'
import { accountKey, entryId, ledgerAccountId } from '../core/ledger.ts'
import type { Failure } from '../core/outcome.ts'
import type { AccountPlan } from '../core/plan.ts'
import { Secret, type SecretSlot } from '../core/secret.ts'
import { listSlots, mapSlots } from '../core/secret-paths.ts'
import { pendingFingerprint } from '../core/secret-verdict.ts'
import type { DesiredValues } from '../core/value.ts'
import type { DesiredWebhook } from '../core/webhook.ts'
import type { Ports } from './ports.ts'

export interface PreparedActions {
  readonly ready: readonly Action[]
  readonly failed: readonly { readonly action: Action; readonly failure: Failure }[]
}

/**
 * Does with the vault what must be done before any vendor is called: secrets that we make are made there first, and
 * where the vendor makes one, it is shown that it can be stored. An action that fails here touches no vendor.
 */
export async function prepareActions(
  ports: Ports,
  { account, actions }: Pick<AccountPlan, 'account' | 'actions'>,
): Promise<PreparedActions> {
  const place = ledgerAccountId(account.name, account.identity)
  const ready: Action[] = []
  const failed: { action: Action; failure: Failure }[] = []
  for (const action of actions) {
    const prepared = await prepareAction(ports, place, action)
    if ('code' in prepared) {
      failed.push({ action, failure: prepared })
      const { provider, key, kind } = action
      ports.emit({ type: 'action_failed', provider, key, kind, failure: prepared })
    } else {
      ready.push(prepared)
    }
  }
  return { ready, failed }
}

async function prepareAction(ports: Ports, account: string, action: Action): Promise<Action | Failure> {
  if (action.kind === 'keep' || action.kind === 'adopt') return action
  const { desired, shared } = action
  if (shared !== undefined) {
    const owner = { account, key: entryId(shared.file, accountKey), file: shared.file }
    const made = await generateMissing(ports, owner, action, shared.fields)
    return 'code' in made ? made : { ...action, shared: fillShared(ports, action, shared, made) }
  }
  if (desired === undefined) return action
  const refusal = await proveWritable(ports, action)
  if (refusal !== undefined) return refusal
  const owner = { account, key: entryId(desired.file, desired.key), file: desired.file }
  const made = await generateMissing(ports, owner, action, desired.fields)
  if ('code' in made) return made
  return made.size === 0 ? action : fillWebhook(ports, action, desired, made)
}

/** Shows that what the vendor makes can be stored, and what it takes the place of beside it. */
async function proveWritable(ports: Ports, { capture, provider, key, objects }: Action): Promise<Failure | undefined> {
  if (capture === undefined) return undefined
  const target = { ref: capture.ref, path: capture.path, provider, key }
  const refusal = await ports.vault.proveWritable(target)
  const keepsFormer = objects.some((change) => change.op === 'replace' && change.overlap !== undefined)
  if (refusal !== undefined || !keepsFormer) return refusal
  return ports.vault.proveWritable({ ...target, sibling: 'previous' })
}

interface Owner {
  readonly account: string
  readonly key: string
  readonly file: string
}

/** Makes the secrets that are declared with `generate` and are not in the vault yet. */
async function generateMissing(
  ports: Ports,
  owner: Owner,
  { provider, key, kind }: Action,
  fields: DesiredValues,
): Promise<ReadonlyMap<string, Secret> | Failure> {
  const missing = listSlots(fields).flatMap(([path, { source, finding }]) =>
    source.form === 'generate' && finding.value === undefined ? [{ path, source }] : [],
  )
  if (missing.length > 0 && kind !== 'create') await announce(ports, owner, missing)
  const made = new Map<string, Secret>()
  for (const { path, source } of missing) {
    const secret = await ports.vault.generate({ ref: source.ref, path, provider, key }, source.bytes)
    if (!(secret instanceof Secret)) return secret
    made.set(path, secret)
  }
  return made
}

/**
 * Writes down what is about to be made for a webhook that is there already: should this run die between vault and
 * vendor, the next one finds a value and could not know that the vendor never got it.
 */
async function announce(
  { ledger }: Ports,
  { account, key, file }: Owner,
  missing: readonly { readonly path: string }[],
): Promise<void> {
  const known = ledger.entry(account, key) ?? { objects: [], file, fingerprints: {} }
  // A field that is hidden as a whole is compared as a whole.
  const paths = missing.flatMap(({ path }) => [path, path.split('.', 1)[0] ?? path])
  const pending = Object.fromEntries(paths.map((path) => [path, pendingFingerprint]))
  await ledger.record({
    kind: 'put-entry',
    account,
    key,
    entry: { ...known, fingerprints: { ...known.fingerprints, ...pending } },
  })
}

function fillSlots(fields: DesiredValues, made: ReadonlyMap<string, Secret>): DesiredValues {
  return mapSlots(fields, (path, slot): SecretSlot => {
    const value = made.get(path)
    return value === undefined ? slot : slot.resolved({ value })
  })
}

function fillShared(
  ports: Ports,
  { provider }: Action,
  shared: SharedValues,
  made: ReadonlyMap<string, Secret>,
): SharedValues {
  if (made.size === 0) return shared
  const fields = fillSlots(shared.fields, made)
  const prints = ports.fingerprints({ provider, key: accountKey }, fields)
  return { ...shared, fields, fingerprints: { ...shared.fingerprints, ...prints } }
}

function fillWebhook(ports: Ports, action: Action, desired: DesiredWebhook, made: ReadonlyMap<string, Secret>): Action {
  const fillObject = (change: ObjectChange): ObjectChange =>
    'object' in change
      ? { ...change, object: { ...change.object, fields: fillSlots(change.object.fields, made) } }
      : change
  const fields = fillSlots(desired.fields, made)
  const prints = ports.fingerprints({ provider: action.provider, key: action.key }, fields)
  return {
    ...action,
    objects: action.objects.map(fillObject),
    desired: { ...desired, fields, fingerprints: { ...desired.fingerprints, ...prints } },
  }
}
