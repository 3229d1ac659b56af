import type { Action, ObjectChange } from '../core/action.ts'
import type { Failure } from '../core/outcome.ts'
import type { SecretSlot } from '../core/secret.ts'
import { Secret } from '../core/secret.ts'
import { listSlots, mapSlots } from '../core/secret-paths.ts'
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
export async function prepareActions(ports: Ports, actions: readonly Action[]): Promise<PreparedActions> {
  const ready: Action[] = []
  const failed: { action: Action; failure: Failure }[] = []
  for (const action of actions) {
    const prepared = await prepareAction(ports, action)
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

async function prepareAction(ports: Ports, action: Action): Promise<Action | Failure> {
  const { capture, desired, provider, key } = action
  if (action.kind === 'keep' || action.kind === 'adopt') return action
  if (action.shared !== undefined) return makeShared(ports, action, action.shared)
  if (desired === undefined) return action
  if (capture !== undefined) {
    const refusal = await ports.vault.proveWritable({ ...capture, provider, key })
    if (refusal !== undefined) return refusal
  }
  return makeMissing(ports, action, desired)
}

/** Makes the secrets that are declared with `generate` and are not in the vault yet. */
async function makeMissing(ports: Ports, action: Action, desired: DesiredWebhook): Promise<Action | Failure> {
  const made = await generateMissing(ports, action, desired.fields)
  if (!(made instanceof Map)) return made
  return made.size === 0 ? action : withSecrets(ports, action, desired, made)
}

/** The same for the values that all webhooks of the account share. */
async function makeShared(ports: Ports, action: Action, shared: DesiredValues): Promise<Action | Failure> {
  const made = await generateMissing(ports, action, shared)
  return made instanceof Map ? { ...action, shared: fillSlots(shared, made) } : made
}

async function generateMissing(
  ports: Ports,
  action: Action,
  fields: DesiredValues,
): Promise<Map<string, Secret> | Failure> {
  const made = new Map<string, Secret>()
  for (const [path, { source, finding }] of listSlots(fields)) {
    if (source.form !== 'generate' || finding.value !== undefined) continue
    const target = { ref: source.ref, path, provider: action.provider, key: action.key }
    const secret = await ports.vault.generate(target, source.bytes)
    if (!(secret instanceof Secret)) return secret
    made.set(path, secret)
  }
  return made
}

function fillSlots(fields: DesiredValues, made: ReadonlyMap<string, Secret>): DesiredValues {
  return mapSlots(fields, (path, slot): SecretSlot => {
    const value = made.get(path)
    return value === undefined ? slot : slot.resolved({ value })
  })
}

function withSecrets(ports: Ports, action: Action, desired: DesiredWebhook, made: ReadonlyMap<string, Secret>): Action {
  const fill = (fields: DesiredValues): DesiredValues => fillSlots(fields, made)
  const fillObject = (change: ObjectChange): ObjectChange =>
    change.op === 'delete' ? change : { ...change, object: { ...change.object, fields: fill(change.object.fields) } }
  const prints = [...made].flatMap(([path, secret]) => {
    const print = ports.fingerprint({ provider: action.provider, key: action.key, path }, secret)
    return print === undefined ? [] : [[path, print] as const]
  })
  return {
    ...action,
    objects: action.objects.map(fillObject),
    desired: {
      ...desired,
      fields: fill(desired.fields),
      fingerprints: { ...desired.fingerprints, ...Object.fromEntries(prints) },
    },
  }
}
