import { type Action, claimedIds } from '../../src/core/action.ts'
import { identityOfObject } from '../../src/core/identity.ts'
import type { LedgerAccount } from '../../src/core/ledger.ts'
import { ledgerAccountId } from '../../src/core/ledger.ts'
import { claimIntents } from '../../src/core/ownership.ts'
import type { AccountPlan } from '../../src/core/plan.ts'
import type { ProviderApi, ProviderDefinition, Quota, StepResult } from '../../src/core/provider.ts'
import { quotaGroup } from '../../src/core/quota.ts'
import { HiddenSecret, Secret, SecretSlot } from '../../src/core/secret.ts'
import { listSlots } from '../../src/core/secret-paths.ts'
import type { DesiredValue, DesiredValues, LiveValue, LiveValues } from '../../src/core/value.ts'
import type { DesiredObject, LiveObject } from '../../src/core/webhook.ts'
import { compileSteps } from '../../src/engine/compile-steps.ts'
import { changeDraft, makeDraft } from '../../src/engine/ledger/ledger-change.ts'
import type { Node } from '../../src/engine/link-actions.ts'
import { linkActions } from '../../src/engine/link-actions.ts'
import type { Ports, VaultTarget } from '../../src/engine/ports.ts'
import { prepareActions } from '../../src/engine/prepare-actions.ts'
import { recordAction, recordQuietly } from '../../src/engine/record-action.ts'
import type { StepContext } from '../../src/engine/run-step.ts'
import { runStep } from '../../src/engine/run-step.ts'
import { now } from './build-account.ts'
import { printOf } from './resolve.ts'

/** What stands at the vendor, in the ledger and in the vault. */
export interface World {
  readonly objects: ReadonlyMap<string, LiveObject>
  /** Undefined with `--no-ledger`. */
  readonly ledger: LedgerAccount | undefined
  readonly vault: ReadonlyMap<string, string>
  /** How many objects the vendor has made so far. */
  readonly made: number
}

export interface Run {
  readonly world: World
  /** What the vendor held after each of its writes, the beginning included. */
  readonly moments: readonly (readonly LiveObject[])[]
  /** Whether the run was killed before its end. */
  readonly killed: boolean
}

export interface RunSettings {
  /** Writes to vendor and ledger after which the process is killed. */
  readonly killAfter?: number
  /** Chooses the next step among those that may go: any number. */
  readonly pick?: (at: number) => number
}

/** The vendor says no; a plan without refusals must never lead here. */
class VendorRefusal extends Error {}

class Killed extends Error {}

/**
 * Carries out a plan against the world the way the engine does: its own compilation, its own steps and its own records,
 * but with the next step picked by the test and with a kill at any write.
 */
export async function carryOut(plan: AccountPlan, world: World, settings: RunSettings = {}): Promise<Run> {
  const vendor = makeVendor(plan.definition, world)
  const place = ledgerAccountId(plan.account.name, plan.account.identity)
  const account = world.ledger ?? { identity: {}, webhooks: {}, intents: {} }
  const draft = makeDraft({ format: 1, lineage: 'test', serial: 0, accounts: { [place]: account } })
  const vault = new Map(world.vault)
  let left = settings.killAfter ?? Number.POSITIVE_INFINITY
  const spend = (): void => {
    if (left <= 0) throw new Killed()
    left -= 1
  }
  const clock = { time: now }
  const ports: Ports = {
    api: vendor.api(spend),
    ledger: {
      record: async (change) => {
        spend()
        changeDraft(draft, change)
      },
      entry: (_, id) => (world.ledger === undefined ? undefined : draft.accounts[place]?.webhooks[id]),
      confirm: async () => {},
    },
    vault: {
      proveWritable: async () => undefined,
      store: async (target, value) => {
        spend()
        vault.set(placeOf(target), value.reveal())
        return undefined
      },
      generate: async (target) => {
        spend()
        const value = vault.get(placeOf(target)) ?? `generated for ${target.ref}`
        vault.set(placeOf(target), value)
        return new Secret(value)
      },
      read: async (target) => {
        const value = vault.get(placeOf(target))
        return value === undefined ? undefined : new Secret(value)
      },
      remove: async (target) => {
        spend()
        vault.delete(placeOf(target))
        return undefined
      },
    },
    clock: {
      now: () => clock.time,
      wait: async (ms) => {
        clock.time += ms
      },
    },
    fingerprint: (target, value) => printOf(target.path, value.reveal()),
    fingerprints: (_owner, fields) =>
      Object.fromEntries(
        listSlots(fields).flatMap(([path, { finding }]) =>
          finding.value === undefined ? [] : [[path, printOf(path, finding.value.reveal())]],
        ),
      ),
    explain: (error) => ({
      outcome: error instanceof VendorRefusal ? 'refused' : 'not-sent',
      failure: { code: 'HS4004', message: String(error) },
    }),
    emit: () => {},
    stop: new AbortController().signal,
    toolVersion: 'test',
  }
  let killed = false
  try {
    await runPlan(ports, plan, world, settings.pick ?? (() => 0))
  } catch (error) {
    if (!(error instanceof Killed)) throw error
    killed = true
  }
  return {
    world: {
      objects: vendor.objects,
      ledger: world.ledger === undefined ? undefined : draft.accounts[place],
      vault,
      made: vendor.made(),
    },
    moments: vendor.moments,
    killed,
  }
}

function placeOf({ ref, sibling }: VaultTarget): string {
  return sibling === undefined ? ref : `${ref}_${sibling}`
}

async function runPlan(ports: Ports, plan: AccountPlan, world: World, pick: (at: number) => number): Promise<void> {
  const live = { objects: [...world.objects.values()], scopes: [], fields: {} }
  await settleIntents(ports, plan, world)
  const { ready: actions } = await prepareActions(ports, plan)
  const working = actions.filter((action) => action.kind !== 'keep')
  const steps = compileSteps(plan.definition, { account: plan.account, actions: working, live }, true)
  const byId = new Map(actions.map((action) => [action.id, action] as const))
  const context: StepContext = {
    account: plan.account,
    definition: plan.definition,
    webhookOf: (id) => byId.get(id)?.desired,
    entriesOf: (id) => byId.get(id)?.entries ?? [],
    liveIds: (identity) =>
      live.objects.filter((object) => identityOfObject(plan.definition, object) === identity).map(({ id }) => id),
    awaited: new Map(),
    claimed: claimedIds(actions),
    made: new Map(),
    renamed: new Map(),
    captured: new Map(),
  }
  const open = countSteps(steps.flatMap((step) => step.serves))
  for (const action of actions) if (!open.has(action.id)) await recordAction(ports, context, action)
  await runInOrder(linkActions(actions, steps), pick, async ({ step }) => {
    if (step === undefined) return
    await runStep(ports, context, step)
    for (const id of step.serves) {
      const left = (open.get(id) ?? 1) - 1
      open.set(id, left)
      const action = byId.get(id)
      if (left === 0 && action !== undefined) await recordAction(ports, context, action)
    }
  })
  await recordQuietly(ports, plan)
}

async function settleIntents(ports: Ports, plan: AccountPlan, world: World): Promise<void> {
  if (world.ledger === undefined) return
  const account = ledgerAccountId(plan.account.name, plan.account.identity)
  const live = { objects: [...world.objects.values()], scopes: [], fields: {} }
  for (const { id, intent, made } of claimIntents(plan.definition, world.ledger, live).settled) {
    const [only, ...others] = made
    if (only === undefined || others.length > 0) continue
    const key = `${intent.file}#${intent.key}`
    const object = { id: only.id, part: only.part, scope: only.scope }
    await ports.ledger.record({ kind: 'own-object', account, key, object, file: intent.file })
    await ports.ledger.record({ kind: 'settle-intent', account, id })
  }
}

function countSteps(served: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const action of served) counts.set(action, (counts.get(action) ?? 0) + 1)
  return counts
}

/** Runs nodes one by one in an order their dependencies allow; fails when some can never run. */
async function runInOrder(
  nodes: readonly Node[],
  pick: (at: number) => number,
  run: (node: Node) => Promise<void>,
): Promise<void> {
  const known = new Set(nodes.map((node) => node.id))
  const done = new Set<string>()
  let waiting = [...nodes]
  for (let at = 0; waiting.length > 0; at += 1) {
    const ready = waiting.filter((node) => node.after.every((id) => done.has(id) || !known.has(id)))
    const next = ready[pick(at) % Math.max(ready.length, 1)]
    if (next === undefined) {
      throw new Error(
        `Steps wait for one another: ${waiting.map(({ id, after }) => `${id} ← ${after.join('; ')}`).join(' | ')}`,
      )
    }
    await run(next)
    done.add(next.id)
    waiting = waiting.filter((node) => node !== next)
  }
}

interface Vendor {
  readonly objects: ReadonlyMap<string, LiveObject>
  readonly moments: readonly (readonly LiveObject[])[]
  api(spend: () => void): ProviderApi
  made(): number
}

/** A vendor that holds to its declared traits and refuses what they forbid. */
function makeVendor(definition: ProviderDefinition, world: World): Vendor {
  const objects = new Map(world.objects)
  const moments: (readonly LiveObject[])[] = [[...objects.values()]]
  let made = world.made
  const put = (live: LiveObject): void => {
    checkUnique(definition, objects, live)
    const before = objects.get(live.id)
    objects.set(live.id, live)
    checkQuota(definition, objects, live, before)
    moments.push([...objects.values()])
  }
  return {
    objects,
    moments,
    made: () => made,
    api: (spend) => ({
      list: async () => ({ objects: [...objects.values()], scopes: [], fields: {} }),
      reread: async (wanted) => wanted.flatMap(({ id }) => objects.get(id) ?? []),
      readSecret: async ({ id }) => new Secret(`made with ${id}`),
      close: async () => {},
      execute: async (step): Promise<StepResult> => {
        spend()
        switch (step.does) {
          case 'create': {
            const id = `made-${made + 1}`
            put(showObject(definition, id, step.object, {}))
            made += 1
            return { id, secret: new Secret(`made with ${id}`) }
          }
          case 'update': {
            const before = objects.get(step.target)
            if (definition.update === 'none') throw new VendorRefusal('405: there is no update')
            if (before === undefined) throw new VendorRefusal(`404: ${step.target} does not exist`)
            const after = showObject(definition, step.target, step.object, before.fields, step.paths)
            put(before.createdAt === undefined ? after : { ...after, createdAt: before.createdAt })
            return {}
          }
          case 'delete':
            objects.delete(step.target)
            moments.push([...objects.values()])
            return {}
          case 'follow':
          case 'write':
          case 'capture':
          case 'retire':
            throw new TypeError(`${step.does} is not for vendors`)
        }
      },
    }),
  }
}

function checkUnique(definition: ProviderDefinition, objects: ReadonlyMap<string, LiveObject>, live: LiveObject): void {
  if (definition.uniqueIdentity !== 'yes') return
  const identity = identityOfObject(definition, live)
  const twin = [...objects.values()].find(
    (other) => other.id !== live.id && identityOfObject(definition, other) === identity,
  )
  if (twin !== undefined) throw new VendorRefusal(`409: ${identity} is taken by ${twin.id}`)
}

function checkQuota(
  definition: ProviderDefinition,
  objects: ReadonlyMap<string, LiveObject>,
  live: LiveObject,
  before: LiveObject | undefined,
): void {
  const { quota } = definition
  if (quota === undefined) return
  const group = quotaGroup(definition, quota, live)
  if (before !== undefined && quotaGroup(definition, quota, before) === group) return
  const count = countGroup(definition, quota, group, objects)
  if (count > quota.limit) throw new VendorRefusal(`429: ${count} of ${quota.limit} in ${group}`)
}

function countGroup(
  definition: ProviderDefinition,
  quota: Quota,
  group: string,
  objects: ReadonlyMap<string, LiveObject>,
): number {
  return [...objects.values()].filter((other) => quotaGroup(definition, quota, other) === group).length
}

/** Shows an object as the vendor's API would after a write: secrets in clear, masked or not at all. */
function showObject(
  definition: ProviderDefinition,
  id: string,
  object: DesiredObject,
  before: LiveValues,
  paths: readonly string[] = Object.keys(object.fields),
): LiveObject {
  const written = Object.fromEntries(paths.map((name) => [name, object.fields[name]] as const))
  const fields: Record<string, LiveValue> = { ...before }
  for (const [name, value] of Object.entries(written)) {
    const shown = showValue(value, definition.fields[name]?.read ?? 'clear')
    if (shown === undefined) delete fields[name]
    else fields[name] = shown
  }
  if (definition.serverSecret !== undefined) fields[definition.serverSecret] = new HiddenSecret('unreadable')
  return { id, part: object.part, scope: object.scope, fields, createdAt: `2026-11-20T12:00:00.${id}` }
}

function showValue(value: DesiredValue | undefined, read: 'clear' | 'maybe-masked' | 'never'): LiveValue | undefined {
  if (value === undefined || value === null) return undefined
  if (value instanceof SecretSlot) {
    if (value.source.form === 'capture') return new HiddenSecret('unreadable')
    if (value.finding.value === undefined) throw new TypeError('A secret was not resolved before it was sent.')
    return read === 'clear' ? value.finding.value : new HiddenSecret(read === 'never' ? 'unreadable' : 'masked')
  }
  if (read === 'never') return undefined
  if (typeof value !== 'object' || Array.isArray(value)) return value as LiveValue
  const inner = Object.entries(value as DesiredValues).flatMap(([name, member]) => {
    const shown = showValue(member, read)
    return shown === undefined ? [] : [[name, shown] as const]
  })
  return Object.fromEntries(inner)
}

/** Whether an action does anything at the vendor or in the vault. */
export function isWork(action: Action): boolean {
  return action.kind !== 'keep' || action.movedFrom !== undefined
}
