import { describe, expect, test } from 'vitest'
import { ledgerAccountId } from '../../src/core/ledger.ts'
import { findLedgerAccount, makePlan } from '../../src/core/make-plan.ts'
import {
  actionOf,
  adviceOf,
  aLedger,
  aLive,
  anAccount,
  anEntry,
  anInput,
  aWebhook,
  codesOf,
  kindsOf,
  planOf,
} from './build-account.ts'
import { scoped } from './vendor-traits.ts'

const fields = (at: number) => ({ app: 'app-1', url: `https://a.test/${at}`, events: ['opened'] })
const live = (at: number) => aLive(scoped, `live-${at}`, { ...fields(at), enabled: true })
const generous = { options: { allow: { maxDeletes: { count: 99 }, empty: true } } }

describe('what a plan may touch', () => {
  test('deletes an owned webhook that its loaded file no longer declares', () => {
    const plan = planOf(scoped, {
      desired: [aWebhook('a', fields(1))],
      live: [live(1), live(2)],
      ledger: aLedger({ a: anEntry([live(1)]), b: anEntry([live(2)]) }),
    })

    expect(kindsOf(plan)).toEqual(['a: keep', 'b: delete'])
  })

  test('keeps and counts an owned webhook whose file is not loaded', () => {
    const plan = planOf(scoped, {
      desired: [aWebhook('a', fields(1))],
      live: [live(1), live(2)],
      ledger: aLedger({ a: anEntry([live(1)]), b: anEntry([live(2)], { file: 'other.yaml' }) }),
    })

    expect(kindsOf(plan)).toEqual(['a: keep'])
    expect(plan.outOfScope).toEqual(['b'])
    expect(plan.unmanaged).toEqual([])
    expect(adviceOf(plan)).toContain('HS3020')
  })

  test('deletes what a file declared that --prune-file names as gone', () => {
    const plan = planOf(scoped, {
      desired: [aWebhook('a', fields(1))],
      live: [live(1), live(2)],
      ledger: aLedger({ a: anEntry([live(1)]), b: anEntry([live(2)], { file: 'other.yaml' }) }),
      files: ['webhooks.yaml', 'other.yaml'],
    })

    expect(kindsOf(plan)).toEqual(['a: keep', 'b: delete'])
  })

  test('two environments with the same key in one ledger never delete each other', () => {
    const ledger = aLedger()
    const both = {
      ...ledger,
      webhooks: {
        'staging.yaml#a': anEntry([live(1)], { file: 'staging.yaml' }),
        'production.yaml#a': anEntry([live(2)], { file: 'production.yaml' }),
      },
    }
    const planFor = (file: string, at: number) =>
      planOf(scoped, {
        desired: [aWebhook('a', fields(at), { file })],
        live: [live(1), live(2)],
        ledger: both,
        files: [file],
      })

    expect(kindsOf(planFor('staging.yaml', 1))).toEqual(['a: keep'])
    expect(kindsOf(planFor('production.yaml', 2))).toEqual(['a: keep'])
  })

  test('names a removal by its file where its key means another webhook now', () => {
    const plan = planOf(scoped, {
      desired: [aWebhook('a', fields(1))],
      live: [live(1), live(2)],
      ledger: aLedger({ a: anEntry([live(1)]), b: anEntry([]) }),
      more: {
        ledger: {
          ...aLedger(),
          webhooks: { 'webhooks.yaml#a': anEntry([live(1)]), 'old.yaml#a': anEntry([live(2)], { file: 'old.yaml' }) },
        },
      },
      files: ['webhooks.yaml', 'old.yaml'],
    })

    expect(kindsOf(plan)).toEqual(['a: keep', 'old.yaml#a: delete'])
  })

  test.each([
    { prune: 'none', kinds: ['a: keep'], unmanaged: ['live-3'] },
    { prune: 'owned', kinds: ['a: keep', 'b: delete'], unmanaged: ['live-3'] },
    { prune: 'all', kinds: ['@unmanaged/live-3: delete', 'a: keep', 'b: delete'], unmanaged: [] },
  ] as const)('prune: $prune', ({ prune, kinds, unmanaged }) => {
    const plan = planOf(scoped, {
      desired: [aWebhook('a', fields(1))],
      live: [live(1), live(2), live(3)],
      ledger: aLedger({ a: anEntry([live(1)]), b: anEntry([live(2)]) }),
      account: { prune },
    })

    expect(kindsOf(plan)).toEqual(kinds)
    expect(plan.unmanaged.map((object) => object.id)).toEqual(unmanaged)
  })

  test('plans nothing for an account without a webhooks line', () => {
    const plan = planOf(scoped, {
      desired: undefined,
      live: [live(1), live(2)],
      ledger: aLedger({ a: anEntry([live(1)]) }),
      account: { prune: 'all' },
    })

    expect(plan.actions).toEqual([])
    expect(plan.refusals).toEqual([])
    expect(plan.ended).toEqual([])
  })

  test('an account that declares an empty list meets the guards', () => {
    const situation = { desired: [], live: [live(1)], ledger: aLedger({ a: anEntry([live(1)]) }) }

    expect(codesOf(planOf(scoped, situation))).toEqual(['HS3005'])
    expect(kindsOf(planOf(scoped, { ...situation, ...generous }))).toEqual(['a: delete'])
  })

  test('refuses files without any webhook where some were applied before, unless --allow-empty', () => {
    const given = { desired: [], live: [live(1)], ledger: aLedger({ a: anEntry([live(1)]) }) }
    const planWith = (empty: boolean) =>
      makePlan({ accounts: [anInput(scoped, { ...given, options: { allow: { empty } } })], diagnostics: [], calls: 0 })

    expect(planWith(false).accounts[0]?.refusals.map((one) => one.code)).toContain('HS3006')
    expect(planWith(true).accounts[0]?.refusals).toEqual([])
  })

  test('an abandoned webhook stays live and its entry ends', () => {
    const plan = planOf(scoped, {
      desired: [aWebhook('a', fields(1), { abandon: true })],
      live: [live(1)],
      ledger: aLedger({ a: anEntry([live(1)]) }),
      account: { prune: 'all' },
    })

    expect(plan).toMatchObject({ actions: [], abandoned: ['a'], ended: ['webhooks.yaml#a'], refusals: [] })
  })

  test('an entry whose webhook is gone at the vendor and no longer declared is orphaned and ends', () => {
    const plan = planOf(scoped, {
      desired: [aWebhook('a', fields(1))],
      live: [live(1)],
      ledger: aLedger({ a: anEntry([live(1)]), b: anEntry([live(2)]) }),
    })

    expect(plan).toMatchObject({ orphaned: ['b'], ended: ['webhooks.yaml#b'] })
    expect(kindsOf(plan)).toEqual(['a: keep'])
  })

  test('warns that a ledger may be lost when undeclared webhooks are live and it is empty', () => {
    const situation = { desired: [aWebhook('a', fields(1))], live: [live(1), live(2)] }

    expect(adviceOf(planOf(scoped, situation))).toContain('HS3002')
    expect(adviceOf(planOf(scoped, { ...situation, ledger: aLedger({ a: anEntry([live(1)]) }) }))).not.toContain(
      'HS3002',
    )
    expect(adviceOf(planOf(scoped, { ...situation, ledger: null }))).not.toContain('HS3002')
  })

  test('warns when the last receiver of an event goes, not when another stays', () => {
    const situation = (second: string) => ({
      desired: [aWebhook('a', fields(1))],
      live: [live(1), aLive(scoped, 'live-2', { ...fields(2), events: [second], enabled: true })],
      ledger: aLedger({ a: anEntry([live(1)]), b: anEntry([live(2)]) }),
    })

    expect(adviceOf(planOf(scoped, situation('moved')))).toContain('HS3015')
    expect(adviceOf(planOf(scoped, situation('opened')))).not.toContain('HS3015')
  })

  test('warns that a field no longer declared stays at the vendor as it is', () => {
    const plan = planOf(scoped, {
      desired: [aWebhook('a', fields(1))],
      live: [live(1)],
      ledger: aLedger({ a: anEntry([live(1)], { declared: ['app', 'events', 'signing_secret', 'url'] }) }),
    })

    expect(plan.diagnostics).toMatchObject([
      { code: 'HS1016', key: 'a', hint: 'Write `signing_secret: null` to clear it.' },
    ])
  })

  test('does only what is selected', () => {
    const plan = planOf(scoped, {
      desired: [aWebhook('a', fields(1)), aWebhook('b', fields(2))],
      options: { selects: (id) => id === 'main/b' },
    })

    expect(kindsOf(plan)).toEqual(['b: create'])
  })
})

describe('accounts in the ledger', () => {
  const here = anAccount(scoped, { identity: { origin: 'https://here' } })
  const known = (file: string) => ({
    identity: { origin: 'https://there' },
    webhooks: { [`${file}#a`]: anEntry([], { file }) },
    intents: {},
  })
  const ledgerWith = (file: string) => ({
    format: 1 as const,
    lineage: 'x',
    serial: 1,
    accounts: { [ledgerAccountId('main', { origin: 'https://there' })]: known(file) },
  })

  test('another identity under the same name is repointed when a loaded file declared it', () => {
    const found = findLedgerAccount(ledgerWith('webhooks.yaml'), here, new Set(['webhooks.yaml']))

    expect(found.repointedFrom).toEqual({ origin: 'https://there' })
  })

  test('another identity under the same name is another environment when its files are not loaded', () => {
    const found = findLedgerAccount(ledgerWith('production.yaml'), here, new Set(['staging.yaml']))

    expect(found).toEqual({
      id: 'main@origin=https://here',
      account: { identity: here.identity, webhooks: {}, intents: {} },
    })
  })

  test('a repointed account is refused by what differs, unless --allow-repoint', () => {
    const more = { repointedFrom: { origin: 'https://there' } }
    const desired = [aWebhook('a', fields(1))]

    const refused = planOf(scoped, { desired, more })
    const allowed = planOf(scoped, { desired, more, options: { allow: { repoint: true } } })

    expect(refused.refusals).toMatchObject([{ code: 'HS3012', flag: '--allow-repoint' }])
    expect(refused.refusals[0]?.message).toContain('origin https://there → https://api.scoped.test')
    expect(allowed.refusals).toEqual([])
    expect(actionOf(allowed, 'a').kind).toBe('create')
  })
})
