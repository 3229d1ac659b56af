import { describe, expect, test } from 'vitest'
import { actionOf, aLedger, aLive, anEntry, aWebhook, kindsOf, planOf } from './build-account.ts'
import { filtered, immutable, keyed, scoped } from './vendor-traits.ts'

const one = 'https://a.test/1'
const two = 'https://a.test/2'
const three = 'https://a.test/3'

function atApp(url: string, events: readonly string[] = ['opened']) {
  return { app: 'app-1', url, events }
}

function live(id: string, url: string, events: readonly string[] = ['opened']) {
  return aLive(scoped, id, { ...atApp(url, events), enabled: true })
}

describe('matching', () => {
  test('creates what is declared and not live', () => {
    const plan = planOf(scoped, { desired: [aWebhook('inbound', atApp(one))] })

    expect(kindsOf(plan)).toEqual(['inbound: create'])
    expect(actionOf(plan, 'inbound').changes).toContainEqual({
      path: 'url',
      before: null,
      after: one,
      effect: 'in-place',
    })
  })

  test('goes by ledger id before identity: a changed url updates the webhook in place', () => {
    const plan = planOf(scoped, {
      desired: [aWebhook('inbound', atApp(two))],
      live: [live('x', one)],
      ledger: aLedger({ inbound: anEntry([live('x', one)]) }),
    })

    expect(actionOf(plan, 'inbound')).toMatchObject({
      kind: 'update',
      objects: [{ op: 'update', live: { id: 'x' }, paths: ['url'] }],
      changes: [{ path: 'url', before: one, after: two, effect: 'in-place' }],
    })
  })

  test('adopts an equal live webhook that the ledger does not know, and then keeps it', () => {
    const desired = [aWebhook('inbound', atApp(one))]

    const first = planOf(scoped, { desired, live: [live('x', one)] })
    const second = planOf(scoped, {
      desired,
      live: [live('x', one)],
      ledger: aLedger({ inbound: anEntry([live('x', one)]) }),
    })

    expect(kindsOf(first)).toEqual(['inbound: adopt'])
    expect(kindsOf(second)).toEqual(['inbound: keep'])
  })

  test('keeps an equal live webhook when there is no ledger at all', () => {
    const plan = planOf(scoped, { desired: [aWebhook('inbound', atApp(one))], live: [live('x', one)], ledger: null })

    expect(kindsOf(plan)).toEqual(['inbound: keep'])
  })

  test('gives an object that a killed run left in two entries to one of them', () => {
    const shared = live('x', one)
    const retiring = [{ id: 'x', part: '', scope: 'app-1', until: '2026-11-20T11:59:59Z' }]
    const ledger = aLedger({ former: anEntry([], { retiring }), later: anEntry([shared]), last: anEntry([shared]) })

    const gone = planOf(scoped, { live: [shared], ledger, options: { allow: { empty: true } } })
    const taken = planOf(scoped, { desired: [aWebhook('former', atApp(two))], live: [shared], ledger })

    expect(gone.actions.flatMap((action) => action.objects)).toMatchObject([{ op: 'delete', live: { id: 'x' } }])
    expect(gone.orphaned).toEqual([])
    expect(gone.ended).toHaveLength(2)
    expect(taken.actions.flatMap((action) => action.objects)).toMatchObject([
      { op: 'create', object: { key: 'former' } },
      { op: 'delete', live: { id: 'x' } },
    ])
  })

  test('says that it takes over when it changes a webhook the ledger does not own', () => {
    const plan = planOf(scoped, {
      desired: [aWebhook('inbound', atApp(one, ['moved']))],
      live: [live('x', one)],
    })

    expect(actionOf(plan, 'inbound')).toMatchObject({ kind: 'update', takesOver: true })
  })

  test('moves the ledger entry of a renamed key and calls nobody', () => {
    const plan = planOf(scoped, {
      desired: [aWebhook('new-name', atApp(one))],
      live: [live('x', one)],
      ledger: aLedger({ 'old-name': anEntry([live('x', one)]) }),
    })

    expect(kindsOf(plan)).toEqual(['new-name: keep'])
    expect(actionOf(plan, 'new-name')).toMatchObject({
      movedFrom: 'old-name',
      entries: ['webhooks.yaml#old-name'],
    })
  })

  test('moves the ledger entry of a renamed file, although the old file is not loaded', () => {
    const plan = planOf(scoped, {
      desired: [aWebhook('inbound', atApp(one))],
      live: [live('x', one)],
      ledger: aLedger({ inbound: anEntry([live('x', one)], { file: 'old.yaml' }) }),
    })

    expect(kindsOf(plan)).toEqual(['inbound: keep'])
    expect(actionOf(plan, 'inbound')).toMatchObject({ movedFrom: 'old.yaml#inbound', entries: ['old.yaml#inbound'] })
  })

  test('leaves an entry of a file that is not loaded alone when it owns more than what is matched', () => {
    const owned = [live('x', one), live('y', two)]
    const plan = planOf(scoped, {
      desired: [aWebhook('inbound', atApp(one))],
      live: owned,
      ledger: aLedger({ inbound: anEntry(owned, { file: 'old.yaml' }) }),
    })

    expect(actionOf(plan, 'inbound')).toMatchObject({ kind: 'keep', entries: [] })
    expect(plan.outOfScope).toEqual(['old.yaml#inbound'])
  })

  test('follows previously to the former key when url and key change together', () => {
    const plan = planOf(scoped, {
      desired: [aWebhook('new-name', atApp(two), { previously: 'old-name' })],
      live: [live('x', one)],
      ledger: aLedger({ 'old-name': anEntry([live('x', one)]) }),
    })

    expect(actionOf(plan, 'new-name')).toMatchObject({
      kind: 'update',
      movedFrom: 'old-name',
      objects: [{ op: 'update', live: { id: 'x' } }],
    })
  })

  test('follows previously to the former identity where the ledger knows nothing', () => {
    const plan = planOf(scoped, {
      desired: [aWebhook('inbound', atApp(two), { previously: { url: one } })],
      live: [live('x', one)],
    })

    expect(actionOf(plan, 'inbound')).toMatchObject({
      kind: 'update',
      takesOver: true,
      objects: [{ live: { id: 'x' } }],
    })
  })

  test('pairs two webhooks that swapped their urls by identity, so that no url is written', () => {
    const plan = planOf(scoped, {
      desired: [aWebhook('a', atApp(two, ['opened'])), aWebhook('b', atApp(one, ['moved']))],
      live: [live('x', one, ['opened']), live('y', two, ['moved'])],
      ledger: aLedger({ a: anEntry([live('x', one)]), b: anEntry([live('y', two)]) }),
    })

    expect(plan.actions.map((action) => action.objects)).toMatchObject([
      [{ op: 'update', live: { id: 'y' }, paths: ['events'] }],
      [{ op: 'update', live: { id: 'x' }, paths: ['events'] }],
    ])
    expect(actionOf(plan, 'b').after).toEqual([])
  })

  test('orders a chain of moved urls so that each is free before it is taken', () => {
    const plan = planOf(scoped, {
      desired: [aWebhook('a', atApp(two)), aWebhook('b', atApp(three))],
      live: [live('x', one), live('y', two)],
      ledger: aLedger({ a: anEntry([live('x', one)]), b: anEntry([live('y', two)]) }),
    })

    expect(actionOf(plan, 'a').after).toEqual(['main/b'])
    expect(actionOf(plan, 'b').after).toEqual([])
  })

  test('takes over the unmanaged webhook that stands where the vendor allows only one', () => {
    const plan = planOf(scoped, {
      desired: [aWebhook('a', atApp(two))],
      live: [live('x', one), live('y', two)],
      ledger: aLedger({ a: anEntry([live('x', one)]) }),
    })

    expect(actionOf(plan, 'a').objects).toMatchObject([
      { op: 'adopt', live: { id: 'y' } },
      { op: 'delete', live: { id: 'x' } },
    ])
  })

  test('among twins takes the one of the ledger, then the equal one, then the oldest, then the smallest id', () => {
    const twin = (id: string, description: string, createdAt: string) =>
      aLive(filtered, id, { url: one, events: ['opened'], enabled: true, description }, { createdAt })
    const desired = [aWebhook('a', { url: one, events: ['opened'], description: 'new' })]
    const twins = [
      twin('w', 'old', '2026-01-01'),
      twin('z', 'new', '2026-01-03'),
      twin('y', 'new', '2026-01-02'),
      twin('x', 'new', '2026-01-02'),
    ]
    const paired = (ledger = aLedger()) => actionOf(planOf(filtered, { desired, live: twins, ledger }), 'a').objects[0]

    expect(paired(aLedger({ a: anEntry([twin('w', 'old', '')]) }))).toMatchObject({ live: { id: 'w' } })
    expect(paired()).toMatchObject({ live: { id: 'x' } })
  })

  test('lists live twins as duplicates and touches them only with --dedupe', () => {
    const twin = (id: string) => aLive(filtered, id, { url: one, events: ['opened'], enabled: true })
    const situation = {
      desired: [aWebhook('a', { url: one, events: ['opened'] })],
      live: [twin('x'), twin('y')],
      ledger: aLedger({ a: anEntry([twin('x')]) }),
    }

    const plan = planOf(filtered, situation)
    const deduped = planOf(filtered, { ...situation, options: { dedupe: true } })

    expect(plan.duplicates).toMatchObject([{ key: 'a', kept: 'x', twins: [{ id: 'y' }] }])
    expect(plan.unmanaged).toEqual([])
    expect(kindsOf(plan)).toEqual(['a: keep'])
    expect(actionOf(deduped, 'a').objects).toMatchObject([{ op: 'keep' }, { op: 'delete', live: { id: 'y' } }])
  })

  test('deletes a twin once, also where everything undeclared is pruned', () => {
    const twin = (id: string) => aLive(filtered, id, { url: one, events: ['opened'], enabled: true, filters: [] })
    const plan = planOf(filtered, {
      desired: [aWebhook('a', { url: one, events: ['opened'] })],
      live: [twin('x'), twin('y')],
      account: { prune: 'all' },
      options: { dedupe: true },
    })

    expect(kindsOf(plan)).toEqual(['a: update'])
    expect(actionOf(plan, 'a').objects).toMatchObject([{ op: 'adopt' }, { op: 'delete', live: { id: 'y' } }])
  })

  test('keeps twins with --dedupe where a server-made secret could be lost, or where they are not equal', () => {
    const secretTwin = (id: string) => aLive(immutable, id, { url: one, events: ['closed'], enabled: true })
    const unequal = (id: string, description: string) =>
      aLive(filtered, id, { url: one, events: ['opened'], enabled: true, description })
    const options = { dedupe: true }

    const secret = planOf(immutable, {
      desired: [aWebhook('a', { url: one })],
      live: [secretTwin('x'), secretTwin('y')],
      options,
    })
    const different = planOf(filtered, {
      desired: [aWebhook('a', { url: one, events: ['opened'] })],
      live: [unequal('x', 'mine'), unequal('y', 'theirs')],
      options,
    })

    expect([...secret.actions, ...different.actions].flatMap((action) => action.objects)).toMatchObject([
      { op: 'adopt' },
      { op: 'adopt' },
    ])
  })

  test('owns what an interrupted create made, and deletes it when it is no longer declared', () => {
    const made = live('made', one)
    const intent = {
      key: 'gone',
      file: 'webhooks.yaml',
      part: '',
      scope: 'app-1',
      identity: JSON.stringify(['', 'app-1', one]),
      seen: [],
      at: '',
    }

    const plan = planOf(scoped, {
      desired: [aWebhook('other', atApp(two))],
      live: [made],
      ledger: { ...aLedger(), intents: { i: intent } },
      options: { allow: { empty: true } },
    })

    expect(kindsOf(plan)).toEqual(['gone: delete', 'other: create'])
  })

  test('owns none of several webhooks an interrupted create could have made, and says so', () => {
    const twin = (id: string) => aLive(filtered, id, { url: one, events: ['opened'], enabled: true })
    const intent = {
      key: 'gone',
      file: 'webhooks.yaml',
      part: 'opened',
      scope: '',
      identity: JSON.stringify(['opened', one, null]),
      seen: [],
      at: '',
    }

    const plan = planOf(filtered, {
      desired: [aWebhook('other', { url: two, events: ['opened'] })],
      live: [twin('x'), twin('y')],
      ledger: { ...aLedger(), intents: { i: intent } },
    })

    expect(kindsOf(plan)).toEqual(['other: create'])
    expect(plan.diagnostics).toContainEqual(expect.objectContaining({ code: 'HS4006', key: 'gone' }))
  })

  test('adds and removes single events of a fan-out as one update', () => {
    const part = (event: string) => aLive(filtered, event, { url: one, events: [event], enabled: true })
    const plan = planOf(filtered, {
      desired: [aWebhook('a', { url: one, events: ['opened', 'moved'] })],
      live: [part('opened'), part('closed')],
      ledger: aLedger({ a: anEntry([part('opened'), part('closed')]) }),
    })

    expect(actionOf(plan, 'a')).toMatchObject({
      kind: 'update',
      changes: [{ path: 'events', before: ['closed', 'opened'], after: ['moved', 'opened'] }],
    })
    expect(
      actionOf(plan, 'a')
        .objects.map((change) => change.op)
        .toSorted(),
    ).toEqual(['create', 'delete', 'keep'])
  })

  test('takes the fingerprints of the entry that owned the live object, not those of the key', () => {
    const secret = aWebhook(
      'a',
      { url: two, events: ['opened'], headers: { 'X-A': 'b' } },
      { fingerprints: { headers: 'print a' } },
    )
    const liveOf = (id: string, url: string) => aLive(keyed, id, { url, events: ['opened'], enabled: true })
    const plan = planOf(keyed, {
      desired: [secret, aWebhook('b', { url: one, events: ['opened'] })],
      live: [liveOf('x', one), liveOf('y', two)],
      ledger: aLedger({
        a: anEntry([liveOf('x', one)], { fingerprints: { headers: 'print a' } }),
        b: anEntry([liveOf('y', two)], { fingerprints: { headers: 'print b' } }),
      }),
    })

    expect(actionOf(plan, 'a').changes).toMatchObject([{ path: 'headers', secret: 'differs' }])
  })
})
