import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Diagnostic } from '../../src/core/diagnostic.ts'
import type { Plan } from '../../src/core/plan.ts'
import { allowNothing } from '../../src/core/plan.ts'
import type { UndoWebhook } from '../../src/core/undo.ts'
import { makeOptions, type SyncOptions } from '../../src/run/options.ts'
import { checkUndo } from '../../src/run/undo/check-undo.ts'
import { parseUndo, type Undo, type UndoDocument } from '../../src/run/undo/undo-file.ts'
import { apply } from '../../src/sync.ts'
import { doings, openWorld, type World } from './open-world.ts'
import { fast, fillStories, stories, storyFile, storyOf, type VendorName } from './vendor-stories.ts'

const everything = { ...allowNothing, gap: true, takeover: true, recreate: true, maxDeletes: { percent: 100 } }
// The sandbox counts ids of agents among its credentials, which a real vendor does not.
const scrub = (text: string): string => text
const keeping: Partial<SyncOptions> = { pace: fast, keepsUndo: true, allow: everything, scrub }

async function open(): Promise<World> {
  const world = await openWorld()
  onTestFinished(() => world.close())
  await fillStories(world)
  return world
}

async function applyFile(world: World, vendor: VendorName, webhooks: string): Promise<void> {
  await world.write('webhooks.yaml', storyFile(world, vendor, webhooks))
  const { summary } = await world.apply(keeping)
  expect(summary).toMatchObject({ failed: 0, skipped: 0 })
  expect(world.events.filter(({ type }) => type === 'diagnostic')).toEqual([])
}

async function undoNames({ directory }: World): Promise<readonly string[]> {
  return (await readdir(join(directory, '.hooks-sync/undo'))).toSorted()
}

async function lastUndo(world: World): Promise<UndoDocument> {
  const names = await undoNames(world)
  return JSON.parse(await world.read(`.hooks-sync/undo/${names.at(-1)}`))
}

function read(document: unknown): Undo {
  const undo = parseUndo(JSON.stringify(document), 'undo.json')
  if ('code' in undo) throw new Error(undo.message)
  return undo
}

/** Undoes with a file; answers with what the plan of it was. */
async function undo(world: World, document: unknown, more: Partial<SyncOptions> = {}): Promise<Plan> {
  const { plan, summary } = await world.apply({ ...keeping, undo: read(document), ...more })
  const faults = [...plan.diagnostics, ...plan.accounts.flatMap(({ diagnostics }) => diagnostics)]
  expect(faults.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(plan.accounts.flatMap(({ refusals }) => refusals)).toEqual([])
  expect(summary).toMatchObject({ failed: 0, skipped: 0 })
  return plan
}

/** All that a vendor holds, but for what an undo cannot bring back: ids, times and secrets. */
function holdings(world: World, vendor: VendorName): readonly string[] {
  const fleeting = /^(?:_?id|secret.*|.*[sS]ecret|signingKey|headers|created.*|updated.*|last.*|etag|fail.*)$/u
  return world.sandbox.vendors[vendor].webhooks
    .all()
    .map((webhook) => JSON.stringify(webhook, (name, value: unknown) => (fleeting.test(name) ? undefined : value)))
    .toSorted()
}

describe.each(stories)('at $vendor', ({ vendor, before, after }) => {
  test('what an apply did is undone, and undone once more done again', async () => {
    const world = await open()
    await applyFile(world, vendor, before)
    const first = holdings(world, vendor)
    await applyFile(world, vendor, after)
    const second = holdings(world, vendor)
    const taken = await lastUndo(world)

    const plan = await undo(world, taken)

    expect(holdings(world, vendor)).toEqual(first)
    expect(checkUndo(plan, read(taken)).stale).toEqual([])
    const repeated = await world.plan({ ...keeping, undo: read(taken) })
    expect(repeated.accounts.flatMap(({ actions }) => actions.filter(({ kind }) => kind !== 'keep'))).toEqual([])
    const back = await lastUndo(world)
    const again = await undo(world, back)
    expect(checkUndo(again, read(back)).stale).toEqual([])
    expect(holdings(world, vendor)).toEqual(second)
  })
})

test('an undo is stale where somebody has changed since what it would put back', async () => {
  const { before, after } = storyOf('sinch')
  const world = await open()
  await applyFile(world, 'sinch', before)
  await applyFile(world, 'sinch', after)
  const taken = read(await lastUndo(world))
  const newer = after.replace(
    'hooks.example.com/made, events: [MESSAGE_INBOUND]',
    'hooks.example.com/made, events: [OPT_OUT]',
  )
  await applyFile(world, 'sinch', newer.replace('MESSAGE_DELIVERY', 'EVENT_DELIVERY'))

  const { stale } = checkUndo(await world.plan({ ...keeping, undo: taken }), taken)

  expect(stale.map(({ code, message }) => [code, message])).toEqual([
    ['HS3017', 'sinch/changed: the undo is stale: events was changed since.'],
    ['HS3017', 'sinch/made: the undo is stale: it was changed since.'],
  ])
})

/** Why an undo would be refused by now. */
async function whyStale(world: World, undo: Undo): Promise<readonly string[]> {
  const { directory } = world
  const found: Diagnostic[] = []
  const { plan } = await apply(
    makeOptions({ cwd: directory, homeDir: directory, env: {}, ...keeping, undo }),
    (made, _, read) => {
      found.push(...checkUndo(made, undo, read).stale)
      return Promise.resolve(undefined)
    },
  )
  return [...found, ...plan.diagnostics].map(({ message }) => message)
}

describe.each(stories)('at $vendor, an undo', ({ vendor, before, after }) => {
  test('is stale where what it would take back has another name since', async () => {
    const world = await open()
    await applyFile(world, vendor, before)
    const made = read(await lastUndo(world))
    await applyFile(world, vendor, after)
    const changed = read(await lastUndo(world))
    await applyFile(world, vendor, after.replaceAll(/^ {6}(changed|made):/gmu, '      $1-renamed:'))

    const [first = '', ...others] = await whyStale(world, changed)
    expect(first).toMatch(/: the undo is stale: (?:it had another name when the apply was done|it was renamed)/u)
    expect(others.filter((other) => !other.includes('the undo is stale'))).toEqual([])
    if (vendor === 'tellcasey' || vendor === 'bird') return
    expect(await whyStale(world, made)).toContain(
      `${vendor}/changed: the undo is stale: it was renamed to changed-renamed since.`,
    )
  })
})

test('an undo is stale where nothing owns what was made, and nothing where all of it is gone', async () => {
  const world = await open()
  await applyFile(world, 'tellcasey', storyOf('tellcasey').before)
  const taken = read(await lastUndo(world))
  await rm(join(world.directory, '.hooks-sync/ledger.json'))
  const forgotten = await whyStale(world, taken)
  world.sandbox.vendors.tellcasey.webhooks.clear()

  const gone = await whyStale(world, taken)

  expect(forgotten).toEqual(
    ['changed', 'gone'].map((key) => `tellcasey/${key}: the undo is stale: nothing owns it any more.`),
  )
  expect(gone).toEqual([])
})

test('what does not come back is told: new ids, secrets that were written over or are the vendor’s own', async () => {
  const world = await open()
  for (const vendor of ['sinch', 'tellcasey'] as const) {
    const { before, after } = storyOf(vendor)
    await applyFile(world, vendor, before)
    await applyFile(world, vendor, after)
  }

  const { lost } = checkUndo(
    await world.plan({ ...keeping, undo: read(await lastUndo(world)) }),
    read(await lastUndo(world)),
  )
  const [, second = ''] = await undoNames(world)
  const sinch = read(JSON.parse(await world.read(`.hooks-sync/undo/${second}`)))

  const newId = 'It comes back under a new id, with a new signing_secret that tellcasey makes.'
  expect(lost.map(({ message }) => message)).toEqual([
    `tellcasey/changed: ${newId}`,
    'tellcasey/gone: Its former signing_secret cannot be told: the vendor does not show it, or it is a secret.',
    `tellcasey/gone: ${newId}`,
  ])
  expect(sinch.webhooks.find(({ key }) => key === 'changed')?.lost).toEqual([
    'signing_secret was written over; what it was is at most in an earlier version of the vault.',
  ])
})

test('what is made anew gets the secrets that the files refer to', async () => {
  const { before, after } = storyOf('tellcasey')
  const world = await open()
  await applyFile(world, 'tellcasey', before)
  await applyFile(world, 'tellcasey', after)
  await undo(world, await lastUndo(world))

  const back = await lastUndo(world)
  const { lost } = checkUndo(await undo(world, back), read(back))

  expect(lost.filter(({ message }) => message.includes('cannot be told'))).toEqual([])
  const made = world.sandbox.vendors.tellcasey.webhooks.all().find(({ url }) => url.endsWith('/made'))
  expect(await world.secret('captured/made')).toBe(made?.secret)
  expect(doings(await world.plan())).toEqual([])
})

test('an undo is for the account that was written to, also where another one has its name now', async () => {
  const world = await open()
  await applyFile(world, 'tellcasey', storyOf('tellcasey').before)
  const taken = read(await lastUndo(world))
  await world.write('webhooks.yaml', (await world.read('webhooks.yaml')).replace('127.0.0.1', 'localhost'))

  const { stale } = checkUndo(await world.plan({ ...keeping, undo: taken }), taken)

  expect(stale.map(({ message }) => message)).toEqual([
    expect.stringMatching(/tellcasey\/changed: the undo is stale: tellcasey is another account now: .*→.*localhost/u),
    expect.stringMatching(/tellcasey\/gone: /u),
  ])
})

test('guards hold for an undo as for any other apply', async () => {
  const { before } = storyOf('sinch')
  const world = await open()
  await applyFile(world, 'sinch', before)
  const taken = read(await lastUndo(world))

  const { plan, summary } = await world.apply({ ...keeping, allow: allowNothing, undo: taken })

  expect(summary).toBeUndefined()
  expect(plan.accounts.flatMap(({ refusals }) => refusals.map(({ code }) => code))).toContain('HS3005')
})

test('the last 20 are kept, and what is no undo file is left alone', async () => {
  const world = await open()
  const directory = join(world.directory, '.hooks-sync/undo')
  await mkdir(directory, { recursive: true })
  const name = (day: number): string => `2026-01-${String(day).padStart(2, '0')}T00-00-00.000Z.json`
  for (let day = 1; day <= 25; day += 1) await writeFile(join(directory, name(day)), '{}')
  await writeFile(join(directory, 'notes.json'), '')

  await applyFile(world, 'sinch', storyOf('sinch').before)

  const names = await undoNames(world)
  expect(names).toHaveLength(21)
  expect(names.slice(0, 1)).toEqual([name(7)])
  expect(names).toContain('notes.json')
})

describe('an edited undo file', () => {
  async function takenBack(): Promise<{ readonly world: World; readonly document: UndoDocument }> {
    const { before, after } = storyOf('sinch')
    const world = await open()
    await applyFile(world, 'sinch', before)
    await applyFile(world, 'sinch', after)
    return { world, document: await lastUndo(world) }
  }

  const edits: Readonly<Record<string, UndoWebhook['fields']>> = {
    'a secret of its own choice': { signing_secret: 'ref+age://secrets.age#/sinch/key_secret' },
    'a secret in a parameter': { url_params: { token: 'ref+age://secrets.age#/sinch/key_secret' } },
    'a secret that is made anew': { signing_secret: { from: 'ref+age://secrets.age#/new', generate: { bytes: 32 } } },
    'a field there is not': { no_such_field: 1 },
    'a receiver that is none': { url: 'ftp://example.com' },
    'a value of another type': { events: { a: [1] } },
  }

  test('that asks for what an undo never asks for is refused before any call', async () => {
    const { world, document } = await takenBack()
    world.sandbox.vendors.sinch.clearLog()

    const went: string[] = []
    for (const [name, fields] of Object.entries(edits)) {
      const edit = (one: UndoWebhook): UndoWebhook =>
        one.key === 'changed' ? { ...one, fields: { ...one.fields, ...fields } } : one
      const taken = read({ ...document, webhooks: document.webhooks.map(edit) })
      const { plan, summary } = await world.apply({ ...keeping, undo: taken })
      if (summary !== undefined || plan.diagnostics.every(({ severity }) => severity !== 'error')) went.push(name)
    }

    expect(went).toEqual([])
    expect(world.sandbox.vendors.sinch.log).toEqual([])
  })

  test('fills in no variable, and reaches no account that the files do not have', async () => {
    const { world, document } = await takenBack()
    const [first] = document.webhooks
    const webhooks = [
      ...document.webhooks.map((one) => ({
        ...one,
        fields: { ...one.fields, url: 'https://hooks.example.com/${env:HOME}' },
      })),
      { ...first, provider: '__proto__' },
      { ...first, provider: 'elsewhere' },
    ]

    const plan = await world.plan({ ...keeping, env: { HOME: 'canary-home' }, undo: read({ ...document, webhooks }) })

    expect(JSON.stringify(plan.diagnostics)).toContain('elsewhere')
    expect(JSON.stringify(plan)).not.toContain('canary-home')
  })

  test('of any shape is refused in one sentence', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    const texts = [
      '',
      '[]',
      '{"command":"undo"}',
      `{"command":"undo","format_version":"1.0","actions":[],"webhooks":[${deep}]}`,
      '{"command":"undo","format_version":"9.0","actions":[],"webhooks":[]}',
      '{"command":"undo","format_version":"1.0","actions":[1],"webhooks":[]}',
      '{"command":"undo","format_version":"1.0","actions":[{"kind":"create","provider":"a","type":"b","key":"c","ids":[],"changes":[{}]}],"webhooks":[]}',
      '{"command":"undo","format_version":"1.0","actions":[],"webhooks":[{"provider":"a","key":"b","file":"c","undo":"all"}]}',
    ]
    expect(texts.map((text) => parseUndo(text, 'undo.json'))).toEqual(
      texts.map(() => expect.objectContaining({ code: 'HS3021', message: expect.stringContaining('undo.json') })),
    )
  })
})
