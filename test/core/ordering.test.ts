import { describe, expect, test } from 'vitest'
import { eventsOf } from '../../src/core/deliveries.ts'
import { HiddenSecret } from '../../src/core/secret.ts'
import type { LiveValues } from '../../src/core/value.ts'
import {
  actionOf,
  adviceOf,
  aLedger,
  aLive,
  anEntry,
  aSlot,
  aWebhook,
  codesOf,
  kindsOf,
  now,
  planOf,
} from './build-account.ts'
import { carryOut } from './carry-out.ts'
import { immutable, keyed, listed, scoped } from './vendor-traits.ts'

const one = 'https://a.test/1'
const two = 'https://a.test/2'

describe('replacing', () => {
  const casey = (id: string, more: LiveValues = {}) =>
    aLive(immutable, id, { url: one, events: ['closed'], enabled: true, ...more })
  const changed = (parts = {}) =>
    aWebhook('a', { url: one, events: ['moved'], signing_secret: aSlot('ref+age://v#/a', 'known', 'capture') }, parts)
  const owned = { live: [casey('x')], ledger: aLedger({ a: anEntry([casey('x')]) }) }

  test('creates first where the vendor has no update, and names the field that forces it', () => {
    const action = actionOf(planOf(immutable, { desired: [changed()], ...owned }), 'a')

    expect(action).toMatchObject({ kind: 'replace', order: 'create-first', reason: 'forced by events' })
    expect(action.gap).toBeUndefined()
    expect(action.changes).toContainEqual({ path: 'events', before: ['closed'], after: ['moved'], effect: 'replace' })
  })

  test('captures the new secret with every replace, whatever the vault holds', () => {
    const action = actionOf(planOf(immutable, { desired: [changed()], ...owned }), 'a')

    expect(action.capture).toEqual({ path: 'signing_secret', ref: 'ref+age://v#/a' })
    expect(action.changes).toContainEqual({ path: 'signing_secret', secret: 'capture' })
  })

  test('warns that receivers must switch at once, or that deliveries double during an overlap', () => {
    expect(adviceOf(planOf(immutable, { desired: [changed()], ...owned }))).toContain('HS3018')
    expect(adviceOf(planOf(immutable, { desired: [changed({ overlap: 60_000 })], ...owned }))).toContain('HS3022')
  })

  test('keeps the old webhook for its overlap, and removes it once that has run out', () => {
    const retired = (until: number) =>
      aLedger({
        a: anEntry([casey('y')], {
          retiring: [{ id: 'x', part: '', scope: '', until: new Date(until).toISOString() }],
        }),
      })
    const desired = [aWebhook('a', { url: one, events: ['closed'] })]
    const live = [casey('x'), casey('y')]

    const during = planOf(immutable, { desired, live, ledger: retired(now + 1) })
    const after = planOf(immutable, { desired, live, ledger: retired(now) })

    expect(kindsOf(during)).toEqual(['a: keep'])
    expect(during.unmanaged).toEqual([])
    expect(actionOf(after, 'a')).toMatchObject({
      kind: 'update',
      objects: [{ op: 'keep' }, { op: 'delete', live: { id: 'x' } }],
    })
  })

  test('does not keep for an overlap what is switched off, or what the ledger does not own', () => {
    const off = casey('x', { enabled: false })
    const desired = [changed({ overlap: 60_000 })]

    const disabled = planOf(immutable, { desired, live: [off], ledger: aLedger({ a: anEntry([off]) }) })
    const foreign = planOf(immutable, { desired, live: [casey('x')] })

    for (const plan of [disabled, foreign]) {
      expect(actionOf(plan, 'a').objects[0]).toEqual(expect.not.objectContaining({ overlap: expect.anything() }))
    }
  })

  test('deletes first where the identity is unique, says what is lost, and wants that allowed', () => {
    const on = (id: string, url: string) =>
      aLive(listed, id, { url, events: ['opened'], signing_secret: new HiddenSecret('masked') })
    const definition = {
      ...listed,
      fields: { ...listed.fields, signing_secret: { ...listed.fields['signing_secret']!, change: 'replace' as const } },
    }
    const desired = (parts = {}) => [
      aWebhook(
        'a',
        { url: one, events: ['opened'], signing_secret: aSlot('ref+env://A', 'new') },
        { fingerprints: { signing_secret: 'new' }, ...parts },
      ),
    ]
    const ledger = aLedger({ a: anEntry([on('x', one)], { fingerprints: { signing_secret: 'old' } }) })

    const alone = planOf(definition, { desired: desired(), live: [on('x', one)], ledger })
    const covered = planOf(definition, { desired: desired(), live: [on('x', one), on('y', two)], ledger })
    const allowed = planOf(definition, { desired: desired({ allowGap: true }), live: [on('x', one)], ledger })

    expect(actionOf(alone, 'a')).toMatchObject({
      order: 'delete-first',
      reason: 'forced by signing_secret; the vendor refuses two webhooks of one identity',
      gap: 'deliveries of opened',
    })
    expect(codesOf(alone)).toEqual(['HS3007'])
    expect(actionOf(covered, 'a').gap).toBeUndefined()
    expect(codesOf(covered)).toEqual([])
    expect(codesOf(allowed)).toEqual([])
  })

  test('a webhook the vendor switched off is no gap when it is deleted first', () => {
    const off = aLive(keyed, 'x', { url: one, events: ['opened'], enabled: false })
    const plan = planOf(keyed, {
      desired: [aWebhook('a', { url: one, events: ['opened'] })],
      live: [off],
      ledger: aLedger({ a: anEntry([off]) }),
    })

    expect(actionOf(plan, 'a')).toMatchObject({ kind: 'replace', order: 'delete-first' })
    expect(actionOf(plan, 'a').gap).toBeUndefined()
    expect(codesOf(plan)).toEqual(['HS3009'])
  })

  test('a delete waits for whoever receives its events from now on', () => {
    const plan = planOf(immutable, {
      desired: [aWebhook('b', { url: two, events: ['closed'] })],
      live: [casey('x')],
      ledger: aLedger({ a: anEntry([casey('x')]) }),
    })

    expect(actionOf(plan, 'b').fills).toEqual([' closed'])
    expect(actionOf(plan, 'a').awaits).toEqual([' closed'])
  })

  test('a delete waits for that also beside an object that has to go first', async () => {
    const left = aLive(keyed, 'x', { url: 'https://a.test/3', events: ['closed', 'moved'], enabled: true })
    const off = aLive(keyed, 'y', { url: one, events: ['opened'], enabled: false })
    const live = [left, off, aLive(keyed, 'z', { url: two, events: ['moved'], enabled: true })]
    const ledger = aLedger({ old: anEntry([left, off]) })
    const plan = planOf(keyed, {
      desired: [
        aWebhook('a', { url: one, events: ['opened'] }),
        aWebhook('b', { url: two, events: ['closed', 'moved'] }),
      ],
      live,
      ledger,
      options: { allow: { recreate: true } },
    })

    const objects = new Map(live.map((each) => [each.id, each]))
    const { moments } = await carryOut(plan, { objects, ledger, vault: new Map(), made: 0 })

    expect(plan.refusals).toEqual([])
    expect(actionOf(plan, 'a')).toMatchObject({ order: 'delete-first', awaits: [' closed', ' moved'] })
    for (const moment of moments) expect(moment.flatMap((each) => eventsOf(keyed, each))).toContain('closed')
  })

  test('a delete waits for that also beside an object that is retired', async () => {
    const at = (id: string, url: string, event: string) => aLive(immutable, id, { url, events: [event], enabled: true })
    const live = [at('left', 'https://a.test/3', 'closed'), at('x', one, 'moved')]
    const ledger = aLedger({ old: anEntry(live.slice(0, 1)) })
    const plan = planOf(immutable, {
      desired: [
        aWebhook('a', { url: one, events: ['opened'] }, { previously: 'old', overlap: 60_000 }),
        aWebhook('b', { url: two, events: ['moved'] }),
      ],
      live,
      ledger,
      options: { allow: { takeover: true, recreate: true } },
    })

    const objects = new Map(live.map((each) => [each.id, each]))
    const { moments } = await carryOut(plan, { objects, ledger, vault: new Map(), made: 0 })

    expect(plan.refusals).toEqual([])
    expect(actionOf(plan, 'a').objects).toMatchObject([{ op: 'replace' }, { op: 'retire' }])
    for (const moment of moments) expect(moment.flatMap((each) => eventsOf(immutable, each))).toContain('moved')
  })
})

describe('a circle', () => {
  test('of webhooks that each need a place another one holds is refused, and no other', () => {
    const part = (id: string, url: string, event: string) => aLive(listed, id, { url, events: [event] })
    const owned = {
      a: [part('a1', one, 'opened'), part('a2', 'https://a.test/3', 'closed')],
      b: [part('b1', two, 'opened'), part('b2', 'https://a.test/4', 'closed')],
    }
    const plan = planOf(listed, {
      desired: [
        aWebhook('a', { url: two, events: ['opened', 'closed'] }),
        aWebhook('b', { url: 'https://a.test/3', events: ['opened', 'closed'] }),
      ],
      live: [...owned.a, ...owned.b],
      ledger: aLedger({ a: anEntry(owned.a), b: anEntry(owned.b) }),
      options: { allow: { gap: true } },
    })

    expect(plan.refusals).toMatchObject([{ code: 'HS3019', hint: 'Change one of them at a time.' }])
    expect(plan.refusals[0]?.message).toContain('main/a, main/b')
  })
})

describe('an event that goes from one webhook to another in place', () => {
  const hook = (id: string, url: string, events: readonly string[], app = 'app-1') =>
    aLive(scoped, id, { app, url, events, enabled: true })
  const declared = (key: string, url: string, events: readonly string[], app = 'app-1') =>
    aWebhook(key, { app, url, events })
  const ledger = aLedger({
    a: anEntry([hook('x', one, [])]),
    b: anEntry([hook('y', two, [])]),
  })
  const passed = {
    desired: [declared('a', one, ['closed']), declared('b', two, ['moved', 'opened'])],
    live: [hook('x', one, ['closed', 'opened']), hook('y', two, ['moved'])],
    ledger,
  }

  test('is given up once the other one has it', () => {
    const plan = planOf(scoped, passed)

    expect(actionOf(plan, 'a').after).toEqual(['main/b'])
    expect(actionOf(plan, 'b').after).toEqual([])
    expect(codesOf(plan)).toEqual([])
  })

  test('waits for nobody where a third one has it all the time, or where the two are of different apps', () => {
    const third = planOf(scoped, { ...passed, live: [...passed.live, hook('z', 'https://a.test/3', ['opened'])] })
    const apart = planOf(scoped, {
      desired: [declared('a', one, ['closed']), declared('b', two, ['moved', 'opened'], 'app-2')],
      live: [hook('x', one, ['closed', 'opened']), hook('y', two, ['moved'], 'app-2')],
      ledger,
    })

    expect(third.actions.flatMap(({ after }) => after)).toEqual([])
    expect(apart.actions.flatMap(({ after }) => after)).toEqual([])
  })

  test('is told, and done, where two exchange their events and one of them has to go first', () => {
    const plan = planOf(scoped, {
      desired: [declared('a', one, ['moved']), declared('b', two, ['opened'])],
      live: [hook('x', one, ['opened']), hook('y', two, ['moved'])],
      ledger,
    })

    expect(actionOf(plan, 'a')).toMatchObject({ after: ['main/b'] })
    expect(actionOf(plan, 'b')).toMatchObject({ after: [], exchanges: 'deliveries of moved' })
    expect(plan.refusals).toEqual([])
    expect(plan.diagnostics).toMatchObject([{ code: 'HS3007', severity: 'warning', key: 'b' }])
  })
})
