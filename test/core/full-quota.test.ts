import { describe, expect, test } from 'vitest'
import { HiddenSecret } from '../../src/core/secret.ts'
import type { LiveValues } from '../../src/core/value.ts'
import type { LiveObject } from '../../src/core/webhook.ts'
import { actionOf, aLedger, aLive, anEntry, aWebhook, codesOf, kindsOf, now, planOf } from './build-account.ts'
import { carryOut } from './carry-out.ts'
import { filtered, immutable, scoped } from './vendor-traits.ts'

const one = 'https://a.test/1'
const two = 'https://a.test/2'

describe('a full quota', () => {
  const fields = (at: number, events: readonly string[] = ['opened']) => ({
    app: 'app-1',
    url: `https://a.test/${at}`,
    events,
  })
  const live = (at: number, more: LiveValues = {}) =>
    aLive(scoped, `live-${at}`, { ...fields(at), enabled: true, ...more })
  const five = [1, 2, 3, 4, 5]
  const keyOf = (at: number) => `key-${at}`

  test('refuses the sixth webhook of an app, unmanaged ones counted', () => {
    const plan = planOf(scoped, { desired: [aWebhook('sixth', fields(6))], live: five.map((at) => live(at)) })

    expect(plan.refusals).toMatchObject([{ code: 'HS3014', count: 6, limit: 5 }])
    expect(plan.refusals[0]?.message).toContain('needs 6, limit 5')
  })

  test('says how many live duplicates could go', () => {
    const twin = (id: string) => aLive(filtered, id, { url: one, events: ['opened'], enabled: true, filters: [] })
    const plan = planOf(filtered, {
      desired: [aWebhook('a', { url: one, events: ['opened'] }), aWebhook('b', { url: two, events: ['opened'] })],
      live: [twin('x'), twin('y'), twin('z')],
    })

    expect(plan.refusals).toMatchObject([
      { code: 'HS3014', count: 4, limit: 3, hint: '2 live duplicates could go: --dedupe.' },
    ])
  })

  test('makes one update of a delete and a create, and clears what the old one had and the new one has not', () => {
    const old = live(1, {
      signing_secret: new HiddenSecret('masked'),
      client_credentials: { client_id: 'me', client_secret: new HiddenSecret('masked') },
    })
    const plan = planOf(scoped, {
      desired: [...five.slice(1).map((at) => aWebhook(keyOf(at), fields(at))), aWebhook('new', fields(6))],
      live: [old, ...five.slice(1).map((at) => live(at))],
      ledger: aLedger(Object.fromEntries(five.map((at) => [keyOf(at), anEntry([live(at)])]))),
    })

    expect(plan.refusals).toEqual([])
    expect(plan.actions.filter((action) => action.kind !== 'keep')).toMatchObject([
      {
        key: 'new',
        kind: 'update',
        movedFrom: 'key-1',
        objects: [
          {
            op: 'update',
            live: { id: 'live-1' },
            object: { fields: { url: 'https://a.test/6', signing_secret: null, client_credentials: null } },
          },
        ],
      },
    ])
  })

  test('deletes and creates on their own while there is room', () => {
    const plan = planOf(scoped, {
      desired: [aWebhook('new', fields(6))],
      live: [live(1), live(2)],
      ledger: aLedger({ 'key-1': anEntry([live(1)]) }),
    })

    expect(kindsOf(plan)).toEqual(['key-1: delete', 'new: create'])
  })

  test('a create waits for a delete where the vendor cannot turn one into the other, and a gap is told', () => {
    const part = (at: number, event = 'opened') =>
      aLive(filtered, `live-${at}`, { url: `https://a.test/${at}`, events: [event], enabled: true, filters: [] })
    const situation = (received: string) => ({
      desired: [aWebhook('new', { url: 'https://a.test/9', events: ['opened'] })],
      live: [part(1), part(2), part(3), part(4, received)],
      ledger: aLedger({ gone: anEntry([part(1)]), 'gone-too': anEntry([part(2)]), last: anEntry([part(3)]) }),
      options: { allow: { maxDeletes: { count: 9 } } },
    })

    const plan = planOf(filtered, situation('moved'))

    expect(actionOf(plan, 'new').after).toEqual(['main/gone', 'main/gone-too', 'main/last'])
    expect(actionOf(plan, 'new').gap).toBe('deliveries of opened')
    expect(codesOf(plan)).toEqual(['HS3007'])
  })

  const part = (id: string, url: string, more: LiveValues = {}) =>
    aLive(filtered, id, { url, events: ['closed'], enabled: true, filters: [], ...more })
  const elsewhere = { filters: [{ key: 'channel', value: 'x' }] }
  const due = (...lives: readonly LiveObject[]) =>
    lives.map(({ id, scope }) => ({ id, part: 'closed', scope, until: new Date(now).toISOString() }))

  test('a delete goes before what the same webhook moves into its group; that is a gap only while nobody receives', () => {
    const old = part('old', two)
    const on = part('moving', one, elsewhere)
    const off = part('moving', one, { ...elsewhere, enabled: false })
    const situation = (moving: LiveObject, another: boolean) => ({
      desired: [aWebhook('a', { url: one, events: ['closed'] })],
      live: [part('x', two, { enabled: another }), part('y', two, { enabled: false }), moving, old],
      ledger: aLedger({ a: anEntry([moving], { retiring: due(old) }) }),
    })

    const covered = planOf(filtered, situation(on, false))
    const other = planOf(filtered, situation(off, true))
    const none = planOf(filtered, situation(off, false))

    for (const plan of [covered, other, none]) {
      expect(actionOf(plan, 'a').objects).toMatchObject([
        { op: 'update', live: { id: 'moving' } },
        { op: 'delete', live: { id: 'old' }, order: 'delete-first' },
      ])
    }
    expect([covered, other].flatMap(codesOf)).toEqual([])
    expect(actionOf(none, 'a').gap).toBe('deliveries of closed')
  })

  test('two webhooks that each give up an object in one full group do not wait for each other', () => {
    const moving = (id: string, url: string) => part(id, url, elsewhere)
    const [a, b, oldA, oldB] = [moving('a', one), moving('b', two), part('old-a', one), part('old-b', two)]
    const plan = planOf(filtered, {
      desired: [
        aWebhook('a', { url: 'https://a.test/3', events: ['closed'] }),
        aWebhook('b', { url: 'https://a.test/4', events: ['closed'] }),
      ],
      live: [a, b, oldA, oldB, part('x', 'https://a.test/5')],
      ledger: aLedger({ a: anEntry([a], { retiring: due(oldA) }), b: anEntry([b], { retiring: due(oldB) }) }),
    })

    expect(plan.actions.map((action) => action.after)).toEqual([[], []])
    expect(plan.refusals).toEqual([])
  })

  test('a delete goes before what replaces another object of the same webhook in its group', async () => {
    const definition = {
      ...filtered,
      fields: { ...filtered.fields, url: { ...filtered.fields['url']!, change: 'replace' as const } },
    }
    const live = [part('old', two), part('x', two), part('due', two)]
    const ledger = aLedger({ a: anEntry(live.slice(0, 1), { retiring: due(...live.slice(2)) }) })
    const plan = planOf(definition, { desired: [aWebhook('a', { url: one, events: ['closed'] })], live, ledger })

    const { world } = await carryOut(plan, {
      objects: new Map(live.map((each) => [each.id, each])),
      ledger,
      vault: new Map(),
      made: 0,
    })

    expect(actionOf(plan, 'a')).toMatchObject({
      order: 'create-first',
      objects: [{ op: 'replace' }, { op: 'delete', order: 'delete-first' }],
    })
    expect([...world.objects.keys()]).toEqual(['x', 'made-1'])
  })

  test('a replace that leaves a full group makes room for one that comes', () => {
    const definition = { ...scoped, quota: { limit: 2, per: ['app'], words: 'per app' } }
    const at = (id: string, app: string, url: string) =>
      aLive(scoped, id, { app, url, events: ['opened'], enabled: true })
    const owned = { a: at('a', 'app-1', one), b: at('b', 'app-2', two) }
    const live = [owned.a, owned.b, at('x', 'app-2', 'https://a.test/3')]
    const ledger = aLedger({ a: anEntry([owned.a]), b: anEntry([owned.b]) })
    const plan = planOf(definition, {
      desired: [
        aWebhook('a', { app: 'app-2', url: one, events: ['opened'] }),
        aWebhook('b', { app: 'app-1', url: two, events: ['opened'] }),
      ],
      live,
      ledger,
    })

    expect(actionOf(plan, 'a').after).toEqual(['main/b'])
    expect(actionOf(plan, 'b').after).toEqual([])
  })

  test('where a create has the only room that is made, a replace in its group deletes first', () => {
    const definition = { ...immutable, quota: { limit: 3, per: [], words: 'in all' } }
    const at = (id: string, url: string) => aLive(immutable, id, { url, events: ['opened'], enabled: true })
    const live = [at('gone', two), at('old', one), at('x', 'https://a.test/3')]
    const plan = planOf(definition, {
      desired: [
        aWebhook('a', { url: one, events: ['closed'] }, { allowGap: true }),
        aWebhook('b', { url: 'https://a.test/4', events: ['opened'] }),
      ],
      live,
      ledger: aLedger({ a: anEntry(live.slice(0, 2)) }),
    })

    expect(actionOf(plan, 'b').after).toEqual(['main/a'])
    expect(actionOf(plan, 'a')).toMatchObject({
      order: 'delete-first',
      objects: [
        { op: 'replace', live: { id: 'old' }, order: 'delete-first' },
        { op: 'delete', live: { id: 'gone' } },
      ],
    })
  })

  test('a replace deletes first when nothing else makes room', () => {
    const definition = { ...scoped, update: 'none' as const }
    const plan = planOf(definition, {
      desired: five.map((at) => aWebhook(keyOf(at), at === 1 ? fields(1, ['moved']) : fields(at))),
      live: five.map((at) => live(at)),
      ledger: aLedger(Object.fromEntries(five.map((at) => [keyOf(at), anEntry([live(at)])]))),
    })

    expect(actionOf(plan, 'key-1')).toMatchObject({ kind: 'replace', order: 'delete-first' })
  })
})
