import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DesiredValues } from '../../src/core/value.ts'
import { describeReceivers } from '../../src/providers/receiver-url.ts'
import type { Provider } from '../../src/providers/registry.ts'
import { type Sandbox, type SwitchValue, startSandbox, type VendorSandbox } from '../../src/sandbox/index.ts'
import { type RequestWatch, watchRequests } from '../vendors/watch-requests.ts'
import { openAccount } from './open-account.ts'
import { StepRunner } from './step-runner.ts'

/** What a vendor's conformance needs to know besides its declaration. */
export interface Conformance {
  /** Settings that depend on where the stand-in runs. */
  readonly settings?: (standIn: VendorSandbox) => DesiredValues
  /** A webhook with every field declared that a create can carry. */
  readonly webhook: DesiredValues
  /** Another one, of another identity. */
  readonly other: DesiredValues
  /** A change of each field that changes in place. */
  readonly changes: Readonly<Record<string, DesiredValues>>
  /** The unknowns of the vendor, each in another reading than the default; the laws hold in all of them. */
  readonly readings: readonly Readonly<Record<string, SwitchValue>>[]
}

/** Holds the API of a vendor to the laws of all, call by call, in every reading of its unknowns. */
export function describeLaws(provider: Provider, conformance: Conformance): void {
  for (const reading of [{}, ...conformance.readings]) {
    describe(`${provider.definition.type} ${JSON.stringify(reading)}`, () => {
      describeReading(provider, conformance, reading)
    })
  }
}

function describeReading(
  provider: Provider,
  conformance: Conformance,
  reading: Readonly<Record<string, SwitchValue>>,
): void {
  const { definition } = provider
  let sandbox: Sandbox
  let world: StepRunner
  let watch: RequestWatch

  beforeEach(async () => {
    sandbox = await startSandbox({ vendors: [definition.type], switches: { [definition.type]: reading } })
    const standIn = sandbox.vendors[definition.type]
    if (standIn === undefined) throw new Error(`The sandbox has no ${definition.type}.`)
    watch = watchRequests(standIn.baseUrl)
    const settings = conformance.settings?.(standIn) ?? {}
    const { webhook, other, changes } = conformance
    const receivers = describeReceivers([webhook, other, ...Object.values(changes)])
    // Plain URLs are told from those with secret parameters by the files, and here both are declared at one time.
    const open = await openAccount(provider, standIn, { settings, receivers: { ...receivers, plainUrls: new Set() } })
    world = new StepRunner(definition, standIn, open)
  })

  afterEach(async () => {
    await world.api.close()
    await sandbox.close()
    watch.stop()
    expect(watch.findings(definition.type)).toEqual([])
  })

  test('lists nothing where nothing is', async () => {
    expect(await world.list(conformance.webhook)).toEqual([])
  })

  test('shows a created webhook as it was declared', async () => {
    const declared = conformance.webhook

    await world.create('first', declared)

    const live = await world.list(declared)
    expect(live).toHaveLength(world.objects('first', declared).length)
    expect(world.differences(declared, live)).toEqual([])
  })

  test('finds by listing everything what it finds by scope', async () => {
    const declared = conformance.webhook
    await world.create('first', declared)

    const everything = await world.api.list('all')

    expect(everything.objects.map(({ id }) => id)).toEqual((await world.list(declared)).map(({ id }) => id))
    expect(world.differences(declared, everything.objects)).toEqual([])
  })

  test('orders what it lists by id', async () => {
    await world.create('first', conformance.webhook)
    await world.create('second', conformance.other)

    const { objects } = await world.api.list('all')

    expect(objects.length).toBeGreaterThan(1)
    expect(objects.map(({ id }) => id)).toEqual(objects.map(({ id }) => id).toSorted())
  })

  test('reads one scope with GETs alone, one for each page', async () => {
    const declared = conformance.webhook
    await world.create('first', declared)
    world.standIn.clearLog()

    await world.list(declared)

    const calls = world.standIn.log.filter(({ path }) => !path.includes('/oauth2/'))
    expect(calls.map(({ method }) => method)).toEqual(['GET'])
  })

  test.for(Object.keys(conformance.changes))('changes %s in place and nothing else', async (field) => {
    const declared = conformance.webhook
    const changed = { ...declared, ...conformance.changes[field] }
    await world.create('first', declared)
    const [before] = await world.list(declared)

    await world.update('first', changed, [field])

    const after = await world.list(declared)
    expect(world.differences(changed, after)).toEqual([])
    if (definition.fanOut === undefined) expect(after.map(({ id }) => id)).toEqual([before?.id])
  })

  test('leaves other webhooks as they are when it removes one', async () => {
    const declared = conformance.webhook
    const other = conformance.other
    await world.create('second', other)
    const before = await world.list(other)
    await world.create('first', declared)

    await world.delete((await world.list(declared)).filter(({ id }) => before.every((kept) => kept.id !== id)))

    expect(await world.list(other)).toEqual(before)
  })

  test('takes a webhook that is already gone for removed', async () => {
    const declared = conformance.webhook
    await world.create('first', declared)
    const live = await world.list(declared)
    await world.delete(live)

    await expect(world.delete(live)).resolves.toBeUndefined()
  })

  test('reads again what is there and leaves out what is gone', async () => {
    const declared = conformance.webhook
    const other = conformance.other
    await world.create('first', declared)
    await world.create('second', other)
    const { objects } = await world.api.list('all')
    const [gone, ...left] = objects
    if (gone === undefined) throw new Error('There is nothing to remove.')
    const siblings = objects.filter((object) => definition.fanOut !== undefined && object.id !== gone.id)
    await world.delete([gone])

    const reread = await world.reread([gone, ...left])

    expect(new Set(reread.map(({ id }) => id))).toEqual(
      new Set((siblings.length > 0 ? siblings : left).map(({ id }) => id)),
    )
  })

  test('never takes an answer of another shape for an empty list', async () => {
    const declared = conformance.webhook
    await world.create('first', declared)
    for (const body of [{ surprise: true }, [], 'text', null, 7]) {
      world.standIn.clearFaults()
      world.standIn.fault({ kind: 'status', status: 200, body, match: { method: 'GET' } })

      await expect(world.list(declared), JSON.stringify(body)).rejects.toThrow()
    }
  })

  test('fails on a web page, a cut answer and a redirect', async () => {
    const declared = conformance.webhook
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
    const declared = conformance.webhook
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
    const declared = conformance.webhook
    world.standIn.fault({ kind: 'status', status: 400, match: { method: 'POST', pathIncludes: 'webhook' } })

    const error: unknown = await world.create('first', declared).catch((reason: unknown) => reason)

    expect(error).toMatchObject({ status: 400, outcome: 'refused' })
    const told = `${String(error)} ${JSON.stringify(error)} ${error instanceof Error ? error.stack : ''}`
    for (const secret of secretsOf(declared)) expect(told).not.toContain(secret)
  })

  test('escapes an id that looks like a path', async () => {
    const declared = conformance.webhook
    await world.create('first', declared)
    const [live] = await world.list(declared)
    if (live === undefined) throw new Error('There is nothing to read.')

    const found = await world.reread([{ id: `../${live.id}?x=1#y`, scope: live.scope }])

    expect(found).toEqual([])
  })

  if (definition.serverSecret === undefined) return
  test('reads the secret that the vendor made', async () => {
    const declared = conformance.webhook
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
