import { describe, expect, test } from 'vitest'
import type { DriftFinding } from '../../src/core/drift.ts'
import { measureCoverage } from '../../src/core/drift-coverage.ts'
import { findDrift } from '../../src/core/drift-findings.ts'
import { planAccount } from '../../src/core/plan-account.ts'
import type { ProviderDefinition } from '../../src/core/provider.ts'
import { HiddenSecret } from '../../src/core/secret.ts'
import type { LiveObject } from '../../src/core/webhook.ts'
import { aLedger, aLive, anEntry, anInput, aSlot, aWebhook, now, type Situation } from './build-account.ts'
import { filtered, immutable, scoped } from './vendor-traits.ts'

const url = 'https://hooks.example.com/a'
const fields = { app: 'one', url, events: ['opened'] }
const applied = '2026-11-01T00:00:00.000Z'
const later = '2026-11-05T00:00:00.000Z'
const earlier = '2026-10-01T00:00:00.000Z'

function driftOf(definition: ProviderDefinition, situation: Situation): readonly DriftFinding[] {
  const input = anInput(definition, situation)
  return findDrift(planAccount(input), input.ledger)
}

/** What was applied as declared, and is live in another way since. */
function changedAt(live: LiveObject): Situation {
  return {
    desired: [aWebhook('a', fields, { hash: 'h', at: { file: 'webhooks.yaml', line: 9, column: 5 } })],
    live: [live],
    ledger: aLedger({ a: anEntry([live], { hash: 'h', applied_at: applied }) }),
  }
}

describe('a finding', () => {
  const live = aLive(scoped, 'x', { ...fields, events: ['closed'] }, { updatedAt: later })

  test('tells where its webhook is declared, and what an apply would do', () => {
    const [finding] = driftOf(scoped, changedAt(live))

    expect(finding).toMatchObject({
      class: 'changed',
      at: { file: 'webhooks.yaml', line: 9 },
      scope: 'one',
      remedy: { kind: 'update', deletes: 0, risk: 'low', risks: [], refusals: [] },
    })
  })

  test("is there since the vendor's time where that is later than our own write", () => {
    expect(driftOf(scoped, changedAt(live))[0]).toMatchObject({ since: later, sinceFrom: 'vendor' })
  })

  test('came about after the last apply where the vendor tells of our own write, or of none', () => {
    const ours = { ...live, updatedAt: earlier }
    const { updatedAt: _, ...silent } = live

    expect(driftOf(scoped, changedAt(ours))[0]).toMatchObject({ since: applied, sinceFrom: 'ledger' })
    expect(driftOf(scoped, changedAt(silent))[0]).toMatchObject({ since: applied, sinceFrom: 'ledger' })
  })

  test('of a secret that changed in the vault says nothing of when the webhook changed at the vendor', () => {
    const secret = { ...fields, signing_secret: aSlot('ref', 'now') }
    const shown = aLive(
      filtered,
      'x',
      { url, events: ['opened'], enabled: true, signing_secret: new HiddenSecret('unreadable') },
      { updatedAt: later },
    )
    const webhook = aWebhook('a', { url, events: ['opened'], signing_secret: secret.signing_secret }, { hash: 'h' })
    const [finding] = driftOf(filtered, {
      desired: [{ ...webhook, fingerprints: { signing_secret: 'k1:new' } }],
      live: [shown],
      ledger: aLedger({
        a: anEntry([shown], { hash: 'h', applied_at: applied, fingerprints: { signing_secret: 'k1:old' } }),
      }),
    })

    expect(finding).toMatchObject({ class: 'secret', since: applied, sinceFrom: 'ledger', remedy: { risk: 'medium' } })
    expect(finding?.remedy.risks).toEqual(['deliveries are signed with another secret from then on'])
  })

  test('that was made by somebody else is there since it was made', () => {
    const foreign = aLive(scoped, 'y', { ...fields, url: `${url}/y` }, { createdAt: earlier, updatedAt: later })

    expect(driftOf(scoped, { live: [foreign] })).toMatchObject([
      { class: 'unmanaged', id: 'y', scope: 'one', since: earlier, sinceFrom: 'vendor', remedy: { kind: 'none' } },
    ])
  })

  test('of a missing or an orphaned webhook tells when it was applied last', () => {
    const gone = anEntry([live], { hash: 'h', applied_at: applied })
    const missing = driftOf(scoped, { ...changedAt(live), live: [] })
    const orphaned = driftOf(scoped, { desired: [aWebhook('b', fields)], live: [], ledger: aLedger({ a: gone }) })

    expect(missing).toMatchObject([{ class: 'missing', since: applied, remedy: { kind: 'create', risk: 'low' } }])
    expect(orphaned.find(({ key }) => key === 'a')).toMatchObject({
      class: 'orphaned',
      since: applied,
      remedy: { kind: 'forget', risk: 'none' },
    })
  })

  test('is what somebody else made also where everything undeclared is pruned, and an apply deletes it', () => {
    const foreign = aLive(scoped, 'y', { ...fields, url: `${url}/y` })
    const findings = driftOf(scoped, { desired: [], live: [foreign], account: { prune: 'all' } })

    expect(findings).toMatchObject([
      {
        class: 'unmanaged',
        id: 'y',
        remedy: { kind: 'delete', deletes: 1, risk: 'high', risks: ['deletes 1 live webhook'] },
      },
    ])
    expect(findings[0]?.key).toBeUndefined()
  })

  test('tells which guards would refuse what an apply would do', () => {
    const off = aLive(immutable, 'x', { url, events: ['closed'], enabled: false })
    const [finding] = driftOf(immutable, {
      desired: [aWebhook('a', { url }, { hash: 'h' })],
      live: [off],
      ledger: aLedger({ a: anEntry([off], { hash: 'h', applied_at: applied }) }),
    })

    expect(finding).toMatchObject({ class: 'disabled', remedy: { kind: 'replace' } })
    expect(finding?.remedy.refusals).toContainEqual({ code: 'HS3009', flag: '--allow-recreate' })
  })

  test('warns of the new secret of a new webhook, also where nobody captures it', () => {
    const off = aLive(immutable, 'x', { url, events: ['closed'], enabled: false })
    const [finding] = driftOf(immutable, { desired: [aWebhook('a', { url })], live: [off] })

    expect(finding?.remedy).toMatchObject({ kind: 'replace', risk: 'high' })
    expect(finding?.remedy.risks).toContain('the vendor makes a new secret, which receivers must know at once')
  })

  test('of a twin tells where the webhook is declared that it doubles', () => {
    const twins = ['x', 'y'].map((id) => aLive(filtered, id, { url, events: ['opened'] }))
    const at = { file: 'webhooks.yaml', line: 9, column: 5 }
    const findings = driftOf(filtered, { desired: [aWebhook('a', { url, events: ['opened'] }, { at })], live: twins })

    expect(findings.filter((found) => found.class === 'duplicate')).toMatchObject([{ key: 'a', at }])
  })

  test('is pending where only a former webhook is still to be removed', () => {
    const kept = aLive(immutable, 'new', { url, events: ['closed'], enabled: true })
    const former = aLive(immutable, 'old', { url: `${url}/old`, events: ['closed'], enabled: true })
    const retiring = [{ id: 'old', part: '', scope: '', until: new Date(now - 1).toISOString() }]
    const findings = driftOf(immutable, {
      desired: [aWebhook('a', { url }, { hash: 'h' })],
      live: [kept, former],
      ledger: aLedger({ a: anEntry([kept], { hash: 'h', applied_at: applied, retiring }) }),
    })

    expect(findings).toMatchObject([
      { class: 'pending', key: 'a', remedy: { kind: 'update', deletes: 1, risk: 'medium' } },
    ])
  })
})

describe('coverage', () => {
  const ours = aLive(scoped, 'ours', fields)
  const twin = aLive(filtered, 'twin', { url, events: ['opened'] })
  const foreign = aLive(scoped, 'foreign', { ...fields, url: `${url}/f` })

  function coverageOf(definition: ProviderDefinition, situation: Situation): unknown {
    const input = anInput(definition, situation)
    return measureCoverage(planAccount(input), input.live)
  }

  test('counts what is declared or owned of all that is live', () => {
    const owned = aLive(scoped, 'owned', { ...fields, url: `${url}/o` })
    const ledger = aLedger({ gone: anEntry([owned], { file: 'elsewhere.yaml' }) })

    expect(coverageOf(scoped, { desired: [aWebhook('a', fields)], live: [ours, owned, foreign], ledger })).toEqual({
      provider: 'main',
      live: 3,
      managed: 2,
      scopes: ['one'],
    })
  })

  test('does not depend on what is selected', () => {
    const situation = { desired: [aWebhook('a', fields)], live: [ours, foreign] }

    expect(coverageOf(scoped, { ...situation, options: { selects: () => false } })).toEqual(
      coverageOf(scoped, situation),
    )
  })

  test('counts neither twins nor what is about to be pruned', () => {
    const declared = aLive(filtered, 'a', { url, events: ['opened'] })
    const webhook = aWebhook('a', { url, events: ['opened'] })

    expect(coverageOf(filtered, { desired: [webhook], live: [declared, twin] })).toMatchObject({ live: 2, managed: 1 })
    expect(coverageOf(scoped, { desired: [], live: [foreign], account: { prune: 'all' } })).toMatchObject({
      live: 1,
      managed: 0,
    })
  })
})
