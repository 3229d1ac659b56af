import { describe, expect, test } from 'vitest'
import type { ProviderDefinition } from '../../src/core/provider.ts'
import type { OptionParts, Situation } from './build-account.ts'
import { aLedger, aLive, anEntry, aWebhook, codesOf, planOf } from './build-account.ts'
import { immutable, scoped } from './vendor-traits.ts'

const fields = (at: number) => ({ app: 'app-1', url: `https://a.test/${at}`, events: ['opened'] })
const live = (at: number) => aLive(scoped, `live-${at}`, { ...fields(at), enabled: true }, { scope: 'app-1' })
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at)

/** Ten owned webhooks in two apps of five, the first `gone` of them no longer declared. */
function tenWithout(gone: number): Situation {
  const place = (at: number) => ({ ...fields(at), app: `app-${at % 3}` })
  const all = upTo(10).map((at) => aLive(scoped, `live-${at}`, { ...place(at), enabled: true }))
  return {
    desired: upTo(10)
      .slice(gone)
      .map((at) => aWebhook(`key-${at}`, place(at))),
    live: all,
    ledger: aLedger(Object.fromEntries(all.map((one, at) => [`key-${at}`, anEntry([one])]))),
  }
}

const casey = (id: string, owned: boolean, enabled = true) => {
  const object = aLive(immutable, id, { url: 'https://a.test/1', events: ['closed'], enabled })
  return { live: [object], ledger: aLedger(owned ? { a: anEntry([object]) } : {}) }
}

interface Guard {
  readonly name: string
  readonly code: string
  readonly flag: string
  readonly definition: ProviderDefinition
  readonly situation: Situation
  readonly allow: NonNullable<OptionParts['allow']>
}

const guards: readonly Guard[] = [
  {
    name: 'more deletes than 3 and 30 % of the live webhooks',
    code: 'HS3004',
    flag: '--max-deletes',
    definition: scoped,
    situation: tenWithout(4),
    allow: { maxDeletes: { count: 4 } },
  },
  {
    name: 'an app left with no webhook',
    code: 'HS3005',
    flag: '--allow-empty',
    definition: scoped,
    situation: { desired: [], live: [live(1)], ledger: aLedger({ a: anEntry([live(1)]) }) },
    allow: { empty: true },
  },
  {
    name: 'a replace of a webhook the ledger does not own',
    code: 'HS3008',
    flag: '--allow-takeover',
    definition: { ...immutable, fields: { ...immutable.fields }, serverSecret: undefined } as never,
    situation: { desired: [aWebhook('a', { url: 'https://a.test/1', events: ['moved'] })], ...casey('x', false) },
    allow: { takeover: true },
  },
  {
    name: 'a new server-made secret that nobody captures',
    code: 'HS3009',
    flag: '--allow-recreate',
    definition: immutable,
    situation: { desired: [aWebhook('a', { url: 'https://a.test/1', events: ['moved'] })], ...casey('x', true) },
    allow: { recreate: true },
  },
  {
    name: 'a webhook that the vendor switched off and that must be made anew',
    code: 'HS3009',
    flag: '--allow-recreate',
    definition: immutable,
    situation: { desired: [aWebhook('a', { url: 'https://a.test/1' })], ...casey('x', true, false) },
    allow: { recreate: true },
  },
  {
    name: 'an http receiver on create',
    code: 'HS3010',
    flag: '--allow-http',
    definition: scoped,
    situation: { desired: [aWebhook('a', { ...fields(1), url: 'http://a.test/1' })] },
    allow: { http: true },
  },
  {
    name: 'an http receiver on a changed url',
    code: 'HS3010',
    flag: '--allow-http',
    definition: scoped,
    situation: {
      desired: [aWebhook('a', { ...fields(1), url: 'http://a.test/1' })],
      live: [live(2)],
      ledger: aLedger({ a: anEntry([live(2)]) }),
    },
    allow: { http: true },
  },
]

describe('guards', () => {
  test.each(guards)('refuse $name, unless $flag', ({ code, flag, definition, situation, allow }) => {
    const refused = planOf(definition, situation)
    const allowed = planOf(definition, { ...situation, options: { allow } })

    expect(refused.refusals.map((one) => [one.code, one.flag])).toEqual([[code, flag]])
    expect(codesOf(allowed)).toEqual([])
  })

  test('count deletes of objects and tell count and limit', () => {
    expect(planOf(scoped, tenWithout(4)).refusals).toMatchObject([{ count: 4, limit: 3 }])
    expect(codesOf(planOf(scoped, tenWithout(3)))).toEqual([])
  })

  test.each([
    { maxDeletes: { count: 1 }, refused: true },
    { maxDeletes: { count: 2 }, refused: false },
    { maxDeletes: { percent: 10 }, refused: true },
    { maxDeletes: { percent: 20 }, refused: false },
    { maxDeletes: { count: 0 }, refused: true },
  ])('--max-deletes $maxDeletes holds both ways for 2 of 10', ({ maxDeletes, refused }) => {
    const plan = planOf(scoped, { ...tenWithout(2), options: { allow: { maxDeletes } } })

    expect(codesOf(plan)).toEqual(refused ? ['HS3004'] : [])
  })

  test('a url that stays http is not asked about again', () => {
    const object = aLive(scoped, 'x', { ...fields(1), url: 'http://a.test/1', enabled: true })
    const desired = [aWebhook('a', { ...fields(1), url: 'http://a.test/1', events: ['moved'] })]
    const plan = planOf(scoped, { desired, live: [object], ledger: aLedger({ a: anEntry([object]) }) })

    expect(codesOf(plan)).toEqual([])
  })

  test('nothing allows replacing a protected webhook, while an update in place is let through', () => {
    const everything = { recreate: true, takeover: true, gap: true, empty: true }
    const replaced = planOf(immutable, {
      desired: [aWebhook('a', { url: 'https://a.test/1', events: ['moved'] }, { protected: true })],
      ...casey('x', true),
      options: { allow: everything },
    })
    const updated = planOf(scoped, {
      desired: [aWebhook('a', { ...fields(1), events: ['moved'] }, { protected: true })],
      live: [live(1)],
      ledger: aLedger({ a: anEntry([live(1)]) }),
    })

    expect(replaced.refusals.map((one) => [one.code, one.flag])).toEqual([['HS3013', undefined]])
    expect(codesOf(updated)).toEqual([])
  })

  test.each([
    { guard: 'shadow', code: 'HS3011', flag: '--allow-shadow', allow: { shadow: true } },
    { guard: 'gap', code: 'HS3007', flag: '--allow-gap', allow: { gap: true } },
  ] as const)('a $guard hazard that a provider finds is refused unless $flag', ({ guard, code, flag, allow }) => {
    const hazard = { guard, action: 'main/a', message: 'Someone loses events.' }
    const definition = { ...scoped, hazards: () => [hazard] }
    const situation = { desired: [aWebhook('a', fields(1))] }

    expect(planOf(definition, situation).refusals).toMatchObject([{ code, flag, key: 'a', message: hazard.message }])
    expect(codesOf(planOf(definition, { ...situation, options: { allow } }))).toEqual([])
  })

  test('what the vendor cannot hold is refused without a flag', () => {
    const definition = {
      ...scoped,
      hazards: () => [{ guard: 'impossible', action: 'main/a', message: 'Two agents.' }] as const,
    }
    const plan = planOf(definition, { desired: [aWebhook('a', fields(1))] })

    expect(plan.refusals).toEqual([{ code: 'HS3019', message: 'Two agents.', provider: 'main', key: 'a' }])
  })
})
