import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Action, ObjectChange } from '../../src/core/action.ts'
import { diffObject } from '../../src/core/diff.ts'
import { expandWebhook } from '../../src/core/identity.ts'
import type { ProviderDefinition, StepResult } from '../../src/core/provider.ts'
import type { Step } from '../../src/core/step.ts'
import type { DesiredValues } from '../../src/core/value.ts'
import type { DesiredObject, DesiredWebhook, LiveAccount, LiveObject } from '../../src/core/webhook.ts'
import { compileSteps } from '../../src/engine/compile-steps.ts'
import { resolveFollow, resolveWrite } from '../../src/engine/resolve-target.ts'
import type { Provider } from '../../src/providers/registry.ts'
import { type Sandbox, type SwitchValue, startSandbox, type VendorSandbox } from '../../src/sandbox/index.ts'
import { type RequestWatch, watchRequests } from '../vendors/watch-requests.ts'
import { type OpenAccount, openAccount } from './open-account.ts'

/** What a vendor's conformance needs to know besides its declaration. */
export interface Conformance {
  /** Settings that depend on where the stand-in runs. */
  readonly settings?: (standIn: VendorSandbox) => DesiredValues
  /** A webhook with every field declared that a create can carry. */
  readonly webhook: (standIn: VendorSandbox) => DesiredValues
  /** Another one, of another identity. */
  readonly other: (standIn: VendorSandbox) => DesiredValues
  /** One change for each field that changes in place. */
  readonly changes: DesiredValues
  /** The unknowns of the vendor, each in another reading than the default; the laws hold in all of them. */
  readonly readings: readonly Readonly<Record<string, SwitchValue>>[]
}

/** Holds a vendor to the laws that every provider keeps, against its stand-in, in every reading of its unknowns. */
export function describeProvider(provider: Provider, conformance: Conformance): void {
  for (const reading of [{}, ...conformance.readings]) {
    describe(`${provider.definition.type} ${JSON.stringify(reading)}`, () => {
      describeLaws(provider, conformance, reading)
    })
  }
}

function describeLaws(
  provider: Provider,
  conformance: Conformance,
  reading: Readonly<Record<string, SwitchValue>>,
): void {
  const { definition } = provider
  let sandbox: Sandbox
  let world: World
  let watch: RequestWatch

  beforeEach(async () => {
    sandbox = await startSandbox({ vendors: [definition.type], switches: { [definition.type]: reading } })
    const standIn = sandbox.vendors[definition.type]
    if (standIn === undefined) throw new Error(`The sandbox has no ${definition.type}.`)
    watch = watchRequests(standIn.baseUrl)
    const settings = conformance.settings?.(standIn) ?? {}
    world = new World(definition, standIn, await openAccount(provider, standIn, { settings }))
  })

  afterEach(async () => {
    await world.api.close()
    await sandbox.close()
    watch.stop()
    expect(watch.findings(definition.type)).toEqual([])
  })

  test('lists nothing where nothing is', async () => {
    expect(await world.list(conformance.webhook(world.standIn))).toEqual([])
  })

  test('shows a created webhook as it was declared', async () => {
    const declared = conformance.webhook(world.standIn)

    await world.create('first', declared)

    const live = await world.list(declared)
    expect(live).toHaveLength(world.objects('first', declared).length)
    expect(world.differences(declared, live)).toEqual([])
  })

  test('finds by listing everything what it finds by scope', async () => {
    const declared = conformance.webhook(world.standIn)
    await world.create('first', declared)

    const everything = await world.api.list('all')

    expect(everything.objects.map(({ id }) => id)).toEqual((await world.list(declared)).map(({ id }) => id))
    expect(world.differences(declared, everything.objects)).toEqual([])
  })

  test('orders what it lists by id', async () => {
    await world.create('first', conformance.webhook(world.standIn))
    await world.create('second', conformance.other(world.standIn))

    const { objects } = await world.api.list('all')

    expect(objects.length).toBeGreaterThan(1)
    expect(objects.map(({ id }) => id)).toEqual(objects.map(({ id }) => id).toSorted())
  })

  test('reads one scope with GETs alone, one for each page', async () => {
    const declared = conformance.webhook(world.standIn)
    await world.create('first', declared)
    world.standIn.clearLog()

    await world.list(declared)

    const calls = world.standIn.log.filter(({ path }) => !path.includes('/oauth2/'))
    expect(calls.map(({ method }) => method)).toEqual(['GET'])
  })

  test.for(Object.keys(conformance.changes))('changes %s in place and nothing else', async (field) => {
    const declared = conformance.webhook(world.standIn)
    const changed = { ...declared, [field]: conformance.changes[field] ?? null }
    await world.create('first', declared)
    const [before] = await world.list(declared)

    await world.update('first', changed, [field])

    const after = await world.list(declared)
    expect(world.differences(changed, after)).toEqual([])
    if (definition.fanOut === undefined) expect(after.map(({ id }) => id)).toEqual([before?.id])
  })

  test('leaves other webhooks as they are when it removes one', async () => {
    const declared = conformance.webhook(world.standIn)
    const other = conformance.other(world.standIn)
    await world.create('second', other)
    const before = await world.list(other)
    await world.create('first', declared)

    await world.delete((await world.list(declared)).filter(({ id }) => before.every((kept) => kept.id !== id)))

    expect(await world.list(other)).toEqual(before)
  })

  test('takes a webhook that is already gone for removed', async () => {
    const declared = conformance.webhook(world.standIn)
    await world.create('first', declared)
    const live = await world.list(declared)
    await world.delete(live)

    await expect(world.delete(live)).resolves.toBeUndefined()
  })

  test('reads again what is there and leaves out what is gone', async ({ skip }) => {
    const declared = conformance.webhook(world.standIn)
    const other = conformance.other(world.standIn)
    await world.create('first', declared)
    await world.create('second', other)
    const { objects } = await world.api.list('all')
    const [gone, ...left] = objects
    if (gone === undefined || world.api.reread === undefined) {
      skip('The vendor is read as a whole.')
      return
    }
    const siblings = objects.filter((object) => definition.fanOut !== undefined && object.id !== gone.id)
    await world.delete([gone])

    const reread = await world.api.reread([gone, ...left])

    expect(new Set(reread.map(({ id }) => id))).toEqual(
      new Set((siblings.length > 0 ? siblings : left).map(({ id }) => id)),
    )
  })

  test('never takes an answer of another shape for an empty list', async () => {
    const declared = conformance.webhook(world.standIn)
    await world.create('first', declared)
    for (const body of [{ surprise: true }, [], 'text', null, 7]) {
      world.standIn.clearFaults()
      world.standIn.fault({ kind: 'status', status: 200, body, match: { method: 'GET' } })

      await expect(world.list(declared), JSON.stringify(body)).rejects.toThrow()
    }
  })

  test('fails on a web page, a cut answer and a redirect', async () => {
    const declared = conformance.webhook(world.standIn)
    for (const fault of [
      { kind: 'html' },
      { kind: 'truncated' },
      { kind: 'redirect', to: 'https://example.com/' },
    ] as const) {
      world.standIn.clearFaults()
      world.standIn.fault({ ...fault, times: 50, match: { method: 'GET' } })

      await expect(world.list(declared), fault.kind).rejects.toThrow()
    }
  })

  test('says of a create whose answer is unreadable that its outcome is unknown, and sends it once', async () => {
    const declared = conformance.webhook(world.standIn)
    for (const fault of [
      { kind: 'garbage', commit: true },
      { kind: 'status', status: 200, body: { surprise: true }, commit: true },
    ] as const) {
      world.standIn.webhooks.clear()
      world.standIn.clearLog()
      world.standIn.fault({ ...fault, match: { method: 'POST', pathIncludes: 'webhook' } })

      await expect(world.create('first', declared), fault.kind).rejects.toMatchObject({ outcome: 'unknown' })

      const posts = world.standIn.log.filter(({ method, path }) => method === 'POST' && !path.includes('/oauth2/'))
      expect(posts).toHaveLength(1)
    }
  })

  test('tells no secret when the vendor refuses', async () => {
    const declared = conformance.webhook(world.standIn)
    world.standIn.fault({ kind: 'status', status: 400, match: { method: 'POST', pathIncludes: 'webhook' } })

    const error: unknown = await world.create('first', declared).catch((reason: unknown) => reason)

    expect(error).toMatchObject({ status: 400, outcome: 'refused' })
    const told = `${String(error)} ${JSON.stringify(error)} ${error instanceof Error ? error.stack : ''}`
    for (const secret of secretsOf(declared)) expect(told).not.toContain(secret)
  })

  test('escapes an id that looks like a path', async ({ skip }) => {
    const declared = conformance.webhook(world.standIn)
    await world.create('first', declared)
    const [live] = await world.list(declared)
    if (live === undefined || world.api.reread === undefined) {
      skip('The vendor is read as a whole.')
      return
    }

    const found = await world.api.reread([{ id: `../${live.id}?x=1#y`, scope: live.scope }])

    expect(found).toEqual([])
  })

  test.runIf(definition.serverSecret !== undefined)('reads the secret that the vendor made', async () => {
    const declared = conformance.webhook(world.standIn)
    const results = await world.create('first', declared)
    const [live] = await world.list(declared)
    if (live === undefined || world.api.readSecret === undefined) throw new Error('There is nothing to read.')

    const secret = await world.api.readSecret(live)

    expect(secret.reveal().length).toBeGreaterThan(10)
    for (const result of results) if (result.secret !== undefined) expect(result.secret.equals(secret)).toBe(true)
  })
}

function secretsOf(declared: DesiredValues): readonly string[] {
  const found: string[] = []
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('finding' in value) visit(value.finding)
    else if ('reveal' in value && typeof value.reveal === 'function') found.push(String(value.reveal()))
    else for (const item of Object.values(value)) visit(item)
  }
  visit(declared)
  return found
}

/** One account at a stand-in, worked on the way the engine does it: live state, actions, steps. */
class World {
  readonly definition: ProviderDefinition
  readonly standIn: VendorSandbox
  readonly #open: OpenAccount

  constructor(definition: ProviderDefinition, standIn: VendorSandbox, open: OpenAccount) {
    this.definition = definition
    this.standIn = standIn
    this.#open = open
  }

  get api(): OpenAccount['api'] {
    return this.#open.api
  }

  /** What is live in the scope of a declared webhook. */
  async list(declared: DesiredValues): Promise<readonly LiveObject[]> {
    const { scope } = this.definition
    const value = scope === undefined ? '' : declared[scope]
    if (typeof value !== 'string') throw new Error('The scope is not a text.')
    return (await this.api.list([value])).objects
  }

  objects(key: string, fields: DesiredValues): readonly DesiredObject[] {
    return expandWebhook(this.definition, aWebhook(key, fields))
  }

  /** What differs between a declaration and its objects, but for what nobody can compare. */
  differences(declared: DesiredValues, live: readonly LiveObject[]): readonly unknown[] {
    return this.objects('first', declared).flatMap((object): readonly unknown[] => {
      const same = live.find(({ part }) => part === object.part)
      if (same === undefined) return [`${object.part} is not live`]
      return diffObject(this.definition, object.fields, same.fields, { desired: {}, ledger: {}, writeUnknown: false })
        .map(({ change }) => change)
        .filter((change) => !('secret' in change) || (change.secret !== 'same' && change.secret !== 'unknown'))
    })
  }

  create(key: string, fields: DesiredValues): Promise<readonly StepResult[]> {
    return this.#perform(key, fields, (object) => ({ op: 'create', object }))
  }

  async update(key: string, fields: DesiredValues, paths: readonly string[]): Promise<void> {
    const { objects } = await this.api.list('all')
    await this.#perform(key, fields, (object) => {
      const live = objects.find(({ part, scope }) => part === object.part && scope === object.scope)
      if (live === undefined) throw new Error(`${key} is not live.`)
      return { op: 'update', object, live, paths }
    })
  }

  async delete(objects: readonly LiveObject[]): Promise<void> {
    await this.#run({
      ...anAction('first', this.definition),
      kind: 'delete',
      objects: objects.map((live) => ({ op: 'delete', live })),
    })
  }

  async #perform(
    key: string,
    fields: DesiredValues,
    change: (object: DesiredObject) => ObjectChange,
  ): Promise<readonly StepResult[]> {
    const objects = this.objects(key, fields).map(change)
    return await this.#run({ ...anAction(key, this.definition), objects, desired: aWebhook(key, fields) })
  }

  /** Only a vendor that compiles its own steps looks at the live state. */
  async #read({ objects }: Action): Promise<LiveAccount> {
    if (this.definition.steps !== undefined) return await this.api.list('all')
    return { objects: objects.flatMap((change) => ('live' in change ? [change.live] : [])), scopes: [], fields: {} }
  }

  async #run(action: Action): Promise<readonly StepResult[]> {
    const { account } = this.#open
    const live = await this.#read(action)
    const steps = compileSteps(this.definition, { account, actions: [action], live }, false)
    const results = new Map<string, StepResult>()
    for (const step of inOrder(steps)) results.set(step.id, await this.api.execute(asVendorSees(step, results)))
    return [...results.values()]
  }
}

/** Each step after those it depends on. */
function inOrder(steps: readonly Step[]): readonly Step[] {
  const ids = new Set(steps.map(({ id }) => id))
  const done = new Set<string>()
  const ordered: Step[] = []
  while (ordered.length < steps.length) {
    const next = steps.find(({ id, after }) => !done.has(id) && after.every((one) => done.has(one) || !ids.has(one)))
    if (next === undefined) throw new Error('The steps wait for each other.')
    done.add(next.id)
    ordered.push(next)
  }
  return ordered
}

/** What depends on a create names the object it made. */
function asVendorSees(step: Step, results: ReadonlyMap<string, StepResult>): Step {
  if (step.does === 'follow') return resolveFollow(step, results)
  return step.does === 'write' ? resolveWrite(step, results) : step
}

function anAction(key: string, { type }: ProviderDefinition): Action {
  return {
    id: `account/${key}`,
    kind: 'create',
    provider: 'account',
    type,
    key,
    changes: [],
    objects: [],
    entries: [],
    after: [],
  }
}

function aWebhook(key: string, fields: DesiredValues): DesiredWebhook {
  return { provider: 'account', key, fields, file: 'webhooks.yaml', protected: false, allowGap: false, abandon: false }
}
