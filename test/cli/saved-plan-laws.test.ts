import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Plan } from '../../src/core/plan.ts'
import { renderJson } from '../../src/report/json-text.ts'
import { type ActionDocument, toPlanDocument } from '../../src/report/plan-document.ts'
import { makeOptions, type SyncOptions } from '../../src/run/options.ts'
import { makePlanFile, parsePlanFile, type SavedPlan } from '../../src/run/plan-file.ts'
import type { Narrow } from '../../src/run/plan-project.ts'
import { sealOf } from '../../src/run/plan-seal.ts'
import { type CheckedPlan, checkSavedPlan } from '../../src/run/saved-plan.ts'
import { apply } from '../../src/sync.ts'
import { fileHead, openWorld, type World } from '../sync/open-world.ts'
import { accountText, fast, fillStories, stories, type VendorStory } from '../sync/vendor-stories.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
type Path = readonly (string | number)[]

let world: World
let options: SyncOptions
let plan: Plan
let narrow: Narrow
/** The plan as it is written, and each place in it that holds a plain value or nothing. */
let file: Json
let places: readonly Path[]

beforeAll(async () => {
  world = await openWorld()
  await fillStories(world)
  const write = (part: 'before' | 'after'): Promise<void> => {
    const accounts = stories.map((story) => accountText(world, story.vendor, apart(story, part)))
    return world.write('webhooks.yaml', `${fileHead()}providers:\n${accounts.join('\n')}\n`)
  }
  await write('before')
  await world.apply({ pace: fast })
  await write('after')
  options = makeOptions({ cwd: world.directory, homeDir: world.directory, env: {}, pace: fast })
  await apply(options, (made, narrowed) => {
    plan = made
    narrow = narrowed
    return Promise.resolve(undefined)
  })
  file = JSON.parse(renderJson(makePlanFile(plan, options)))
  places = placesIn(file)
})

afterAll(() => world.close())

test('a plan file as it was written comes out the same, in whatever layout and order of keys', () => {
  const turned = JSON.stringify(turnAround(file), undefined, 3)

  for (const text of [JSON.stringify(file), turned]) {
    const { stale, extra, plan: checked } = check(text)
    expect([stale, extra]).toEqual([[], []])
    expect(documents(checked)).toEqual(documents(plan))
  }
  expect(documents(plan).length).toBeGreaterThan(10)
})

describe('an edit of any one place of a plan file', () => {
  test('makes it unusable or stale', () => {
    fc.assert(
      fc.property(anEdit(), (edited) => {
        const checked = checkIfUsable(JSON.stringify(edited))
        expect(checked === undefined || checked.stale.length > 0).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  test('never leads to a write that the fresh plan does not have, also when it is sealed anew', () => {
    const fresh = new Set(documents(plan).map((action) => JSON.stringify(action)))
    fc.assert(
      fc.property(anEdit(), (edited) => {
        const checked = checkIfUsable(JSON.stringify(sealAnew(edited)))
        if (checked === undefined || checked.stale.length > 0) return
        const done = documents(checked.plan)
        expect(done.filter((action) => !fresh.has(JSON.stringify(action)))).toEqual([])
        expect(done.map(shown).toSorted()).toEqual(actionsIn(edited).map(shown).toSorted())
      }),
      { numRuns: 150 },
    )
  })
})

test('a file that is nested without end is stale like any other', () => {
  const text = JSON.stringify(file).replace(
    '"actions":[',
    `"deep":${'['.repeat(50_000)}${']'.repeat(50_000)},"actions":[`,
  )

  expect(check(text).stale).toHaveLength(1)
})

test('an action that is named twice is done by no one', () => {
  const [first] = actionsIn(file)
  const doubled = sealAnew({ ...Object(file), actions: [...actionsIn(file), first] })

  expect(check(JSON.stringify(doubled)).stale).toHaveLength(1)
})

test('a plan of another version says so where it is stale, and is done where it is not', () => {
  const extra = { ...Object(file).extra, tool_version: '0.0.1' }
  const [first, ...others] = actionsIn(file)
  const older = sealAnew({ ...Object(file), extra })
  const stale = sealAnew({ ...Object(file), extra, actions: [{ ...first, ids: ['other'] }, ...others] })

  expect(check(JSON.stringify(older)).stale).toEqual([])
  expect(check(JSON.stringify(stale)).stale[0]?.message).toContain('it was made by hooks-sync 0.0.1')
})

/** Each webhook keeps the secret that its vendor makes at a place of its own. */
function apart({ vendor, ...story }: VendorStory, part: 'before' | 'after'): string {
  return story[part].replaceAll('#/captured/', `#/captured-${vendor}/`)
}

/** Puts another value at any one place, or takes it out. */
function anEdit(): fc.Arbitrary<Json> {
  const value = fc.oneof(
    fc.constantFrom<Json>(
      null,
      true,
      false,
      0,
      1,
      '',
      [],
      {},
      'delete',
      'replace',
      'create',
      'update',
      'https://evil.example.com/',
    ),
    fc.string(),
  )
  return fc
    .record({ at: fc.nat(), value: fc.option(value, { nil: undefined }) })
    .map((edit) => setAt(file, places[edit.at % places.length] ?? [], edit.value))
    .filter((edited) => JSON.stringify(turnAround(edited)) !== JSON.stringify(turnAround(file)))
}

function placesIn(value: Json, path: Path = []): readonly Path[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((inner: Json, at) => placesIn(inner, [...path, at]))]
  if (typeof value !== 'object' || value === null) return [path]
  return [
    ...(path.length === 0 ? [] : [path]),
    ...Object.entries(value).flatMap(([name, inner]) => placesIn(inner, [...path, name])),
  ]
}

function setAt(value: Json, [name, ...rest]: Path, to: Json | undefined): Json {
  if (name === undefined) return to ?? null
  if (Array.isArray(value)) {
    if (rest.length === 0 && to === undefined) return value.toSpliced(Number(name), 1)
    return value.with(Number(name), setAt(value[Number(name)], rest, to))
  }
  const { [name]: inner, ...others } = Object(value)
  return rest.length === 0 && to === undefined ? others : { ...Object(value), [name]: setAt(inner, rest, to) }
}

/** The same document with its keys in one other order. */
function turnAround(value: Json): Json {
  if (Array.isArray(value)) return value.map(turnAround)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? 1 : -1))
  return Object.fromEntries(members.map(([name, inner]) => [name, turnAround(inner)]))
}

function sealAnew(edited: Json): Json {
  const { extra, ...rest } = Object(edited)
  if (typeof extra !== 'object' || extra === null) return edited
  const { seal: _, ...unsealed } = extra
  return { ...rest, extra: { ...unsealed, seal: sealOf({ ...rest, extra: unsealed }) } }
}

function checkIfUsable(text: string): CheckedPlan | undefined {
  const saved = parsePlanFile(text, 'plan.json')
  return 'code' in saved ? undefined : checkSavedPlan(plan, saved, narrow)
}

function check(text: string): CheckedPlan {
  const checked = checkIfUsable(text)
  if (checked === undefined) throw new Error('The plan file cannot be used.')
  return checked
}

function actionsIn(edited: Json): SavedPlan['actions'] {
  return Object(edited).actions
}

function documents(made: Plan): readonly ActionDocument[] {
  return toPlanDocument(made).actions
}

/** What a reader of a plan is shown, save for the verdicts on secrets and the reasons. */
function shown({ kind, provider, type, key, ids, changes, order }: ActionDocument): string {
  return JSON.stringify([kind, provider, type, key, ids, changes.filter((change) => !('secret' in change)), order])
}
