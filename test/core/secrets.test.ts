import { describe, expect, test } from 'vitest'
import type { SecretSource } from '../../src/core/secret.ts'
import { HiddenSecret, Secret, SecretSlot } from '../../src/core/secret.ts'
import { listSlots, mapSlots } from '../../src/core/secret-paths.ts'
import { clearedFingerprint, pendingFingerprint } from '../../src/core/secret-verdict.ts'
import type { DesiredValue, LiveValue } from '../../src/core/value.ts'
import { actionOf, adviceOf, aLedger, aLive, anEntry, aSlot, aWebhook, planOf } from './build-account.ts'
import { immutable, keyed, scoped } from './vendor-traits.ts'

const fields = { app: 'app-1', url: 'https://a.test/1', events: ['opened'] }
const masked = new HiddenSecret('masked')

const print = (key: string, tag: string) => `fp1:${key}:${tag.padEnd(22, 'x')}`

interface Case {
  readonly live: LiveValue | undefined
  readonly vault?: string
  /** Fingerprint in the ledger; that of the vault's value is `print`. */
  readonly ledger?: string
  readonly form?: SecretSource['form']
  readonly fingerprintKey?: false
  readonly writes?: true
  /** Fields that were declared when the webhook was last applied. */
  readonly declared?: readonly string[]
  /** Fingerprint of the vault's value, where `print` will not do. */
  readonly print?: string
}

/** What a plan says of the signing secret: nothing when it is the same. */
function verdictOf({ live, vault, ledger, form = 'ref', fingerprintKey, writes, declared: then, ...given }: Case) {
  const definition = form === 'capture' ? keyed : scoped
  const object = aLive(
    definition,
    'x',
    { ...fields, enabled: true, ...(live === undefined ? {} : { signing_secret: live }) },
    { scope: '' },
  )
  const prints = vault === undefined || fingerprintKey === false ? {} : { signing_secret: given.print ?? 'print' }
  const declared = aWebhook(
    'a',
    { ...fields, signing_secret: aSlot('ref+env://A', vault, form) },
    { fingerprints: prints },
  )
  const plan = planOf(definition, {
    desired: [declared],
    live: [object],
    ledger: aLedger({
      a: anEntry([object], {
        fingerprints: ledger === undefined ? {} : { signing_secret: ledger },
        ...(then === undefined ? {} : { declared: then }),
      }),
    }),
    options: { writesSecrets: () => writes === true },
  })
  const { kind, changes } = actionOf(plan, 'a')
  return {
    kind,
    secret: changes.flatMap((change) => ('secret' in change ? [change.secret] : [])),
    advice: adviceOf(plan),
  }
}

const nothing = { kind: 'keep', secret: [] }

describe('a secret with a reference', () => {
  test.each<Case & { readonly name: string; readonly kind: string; readonly secret: readonly string[] }>([
    { name: 'shown and the same', live: new Secret('s'), vault: 's', ...nothing },
    { name: 'shown and another', live: new Secret('t'), vault: 's', kind: 'update', secret: ['differs'] },
    {
      name: 'shown and another, whatever the ledger says',
      live: new Secret('t'),
      vault: 's',
      ledger: 'print',
      kind: 'update',
      secret: ['differs'],
    },
    { name: 'none at the vendor', live: undefined, vault: 's', ledger: 'print', kind: 'update', secret: ['write'] },
    { name: 'masked, fingerprints same', live: masked, vault: 's', ledger: 'print', ...nothing },
    {
      name: 'masked, fingerprints differ',
      live: masked,
      vault: 's',
      ledger: 'old',
      kind: 'update',
      secret: ['differs'],
    },
    { name: 'masked, never recorded', live: masked, vault: 's', kind: 'keep', secret: ['unknown'] },
    {
      name: 'masked, never recorded, --write-secrets',
      live: masked,
      vault: 's',
      writes: true,
      kind: 'update',
      secret: ['write'],
    },
    {
      name: 'masked, no fingerprint key',
      live: masked,
      vault: 's',
      ledger: 'print',
      fingerprintKey: false,
      kind: 'keep',
      secret: ['unknown'],
    },
    {
      name: 'masked, written by a create that was killed',
      live: masked,
      vault: 's',
      ledger: pendingFingerprint,
      kind: 'update',
      secret: ['differs'],
    },
    {
      name: 'masked, cleared before and declared again',
      live: masked,
      vault: 's',
      ledger: clearedFingerprint,
      kind: 'update',
      secret: ['differs'],
    },
    {
      name: 'masked, --write-secrets, fingerprints same',
      live: masked,
      vault: 's',
      ledger: 'print',
      writes: true,
      ...nothing,
    },
    {
      name: 'masked, never declared before',
      live: masked,
      vault: 's',
      declared: ['app', 'url', 'events'],
      kind: 'update',
      secret: ['write'],
    },
    {
      name: 'masked, never declared before, and no fingerprint key',
      live: masked,
      vault: 's',
      declared: ['app', 'url', 'events'],
      fingerprintKey: false,
      kind: 'update',
      secret: ['write'],
    },
    {
      name: 'masked, declared before and never recorded',
      live: masked,
      vault: 's',
      declared: ['app', 'url', 'events', 'signing_secret'],
      kind: 'keep',
      secret: ['unknown'],
    },
    {
      name: 'masked, recorded under another key',
      live: masked,
      vault: 's',
      ledger: print('aaaaaa', 'one'),
      print: print('bbbbbb', 'two'),
      kind: 'keep',
      secret: ['unknown'],
    },
    {
      name: 'masked, recorded under another key, --write-secrets',
      live: masked,
      vault: 's',
      ledger: print('aaaaaa', 'one'),
      print: print('bbbbbb', 'two'),
      writes: true,
      kind: 'update',
      secret: ['write'],
    },
    {
      name: 'masked, recorded under the same key',
      live: masked,
      vault: 's',
      ledger: print('aaaaaa', 'one'),
      print: print('aaaaaa', 'two'),
      kind: 'update',
      secret: ['differs'],
    },
    { name: 'to be generated', live: masked, form: 'generate', kind: 'update', secret: ['write'] },
    { name: 'generated before', live: masked, vault: 's', ledger: 'print', form: 'generate', ...nothing },
  ])('$name: $kind $secret', ({ kind, secret, ...given }) => {
    expect(verdictOf(given)).toMatchObject({ kind, secret })
  })

  test('that cannot be compared ends the plan with a hint at --write-secrets', () => {
    expect(verdictOf({ live: masked, vault: 's' }).advice).toContain('HS3001')
    expect(verdictOf({ live: masked, vault: 's', ledger: 'print' }).advice).not.toContain('HS3001')
  })

  test('writes the field it belongs to, and nothing of its value is in the plan', () => {
    const object = aLive(scoped, 'x', {
      ...fields,
      enabled: true,
      client_credentials: { client_id: 'me', client_secret: masked, type: 'BASIC' },
    })
    const plan = planOf(scoped, {
      desired: [
        aWebhook(
          'a',
          { ...fields, client_credentials: { client_id: 'me', client_secret: aSlot('ref+env://A', 'canary') } },
          { fingerprints: { 'client_credentials.client_secret': 'new' } },
        ),
      ],
      live: [object],
      ledger: aLedger({ a: anEntry([object], { fingerprints: { 'client_credentials.client_secret': 'old' } }) }),
    })

    expect(actionOf(plan, 'a')).toMatchObject({
      objects: [{ op: 'update', paths: ['client_credentials'] }],
      changes: [{ path: 'client_credentials.client_secret', secret: 'differs' }],
    })
    expect(JSON.stringify(plan.actions)).not.toContain('canary')
  })
})

describe('a secret the vendor makes', () => {
  const hidden = new HiddenSecret('unreadable')

  test.each<Case & { readonly name: string; readonly kind: string; readonly secret: readonly string[] }>([
    { name: 'not in the vault', live: hidden, kind: 'update', secret: ['capture'] },
    { name: 'in the vault, fingerprints same', live: hidden, vault: 's', ledger: 'print', ...nothing },
    {
      name: 'in the vault, another one was captured',
      live: hidden,
      vault: 's',
      ledger: 'old',
      kind: 'update',
      secret: ['capture'],
    },
    {
      name: 'in the vault, its create was killed',
      live: hidden,
      vault: 's',
      ledger: pendingFingerprint,
      kind: 'update',
      secret: ['capture'],
    },
    { name: 'in the vault, never recorded', live: hidden, vault: 's', kind: 'keep', secret: ['unknown'] },
    {
      name: 'in the vault, declared for the first time',
      live: hidden,
      vault: 's',
      declared: ['url', 'events'],
      kind: 'keep',
      secret: ['unknown'],
    },
    {
      name: 'in the vault, recorded under another key',
      live: hidden,
      vault: 's',
      ledger: print('aaaaaa', 'one'),
      print: print('bbbbbb', 'two'),
      kind: 'keep',
      secret: ['unknown'],
    },
    { name: 'in the vault and shown the same', live: new Secret('s'), vault: 's', ...nothing },
    { name: 'in the vault and shown another', live: new Secret('t'), vault: 's', kind: 'update', secret: ['capture'] },
  ])('$name: $kind $secret', ({ kind, secret, ...given }) => {
    expect(verdictOf({ ...given, form: 'capture' })).toMatchObject({ kind, secret })
  })

  test('is taken without touching the webhook', () => {
    const object = aLive(immutable, 'x', {
      url: 'https://a.test/1',
      events: ['closed'],
      enabled: true,
      signing_secret: hidden,
    })
    const plan = planOf(immutable, {
      desired: [
        aWebhook('a', { url: 'https://a.test/1', signing_secret: aSlot('ref+age://v#/a', undefined, 'capture') }),
      ],
      live: [object],
      ledger: aLedger({ a: anEntry([object]) }),
    })

    expect(actionOf(plan, 'a')).toMatchObject({
      kind: 'update',
      capture: { path: 'signing_secret', ref: 'ref+age://v#/a' },
      objects: [{ op: 'keep' }],
      changes: [{ path: 'signing_secret', secret: 'capture' }],
    })
  })
})

describe('null', () => {
  const clears = (live: LiveValue | undefined, ledger: Readonly<Record<string, string>> = {}) => {
    const object = aLive(scoped, 'x', {
      ...fields,
      enabled: true,
      ...(live === undefined ? {} : { signing_secret: live }),
    })
    const plan = planOf(scoped, {
      desired: [aWebhook('a', { ...fields, signing_secret: null })],
      live: [object],
      ledger: aLedger({ a: anEntry([object], { fingerprints: ledger }) }),
    })
    return actionOf(plan, 'a')
  }

  test('clears what the vendor holds', () => {
    expect(clears(masked)).toMatchObject({ kind: 'update', objects: [{ op: 'update', paths: ['signing_secret'] }] })
  })

  test('is done where the vendor holds none', () => {
    expect(clears(undefined).kind).toBe('keep')
  })

  test('is done where a hidden value was cleared before', () => {
    expect(clears(masked, { signing_secret: clearedFingerprint }).kind).toBe('keep')
  })

  test('shows the plain value it clears', () => {
    const definition = {
      ...scoped,
      fields: {
        ...scoped.fields,
        client_credentials: { ...scoped.fields['client_credentials']!, read: 'clear' as const },
      },
    }
    const object = aLive(scoped, 'x', { ...fields, enabled: true, client_credentials: { client_id: 'me' } })
    const plan = planOf(definition, {
      desired: [aWebhook('a', { ...fields, client_credentials: null })],
      live: [object],
      ledger: aLedger({ a: anEntry([object]) }),
    })

    expect(actionOf(plan, 'a').changes).toEqual([
      { path: 'client_credentials', before: { client_id: 'me' }, after: null, effect: 'in-place' },
    ])
  })
})

describe('a field the vendor never shows', () => {
  const headers = (ledger?: string) => {
    const object = aLive(keyed, 'x', { url: fields.url, events: ['opened'], enabled: true })
    const plan = planOf(keyed, {
      desired: [
        aWebhook(
          'a',
          { url: fields.url, events: ['opened'], headers: { 'X-A': 'b' } },
          { fingerprints: { headers: 'print' } },
        ),
      ],
      live: [object],
      ledger: aLedger({ a: anEntry([object], { fingerprints: ledger === undefined ? {} : { headers: ledger } }) }),
    })
    const { kind, changes } = actionOf(plan, 'a')
    return [kind, changes]
  }

  test('is compared by fingerprint', () => {
    expect(headers('print')).toEqual(['keep', []])
    expect(headers('old')).toMatchObject(['update', [{ path: 'headers', secret: 'differs' }]])
    expect(headers()).toMatchObject(['keep', [{ path: 'headers', secret: 'unknown' }]])
  })

  test('is told apart from a secret where it holds none', () => {
    expect(headers('old')).toMatchObject(['update', [{ path: 'headers', isPlain: true }]])
  })
})

describe('slots', () => {
  const slot = aSlot('ref+env://A')
  const nested: Record<string, DesiredValue> = {
    plain: 'x',
    list: ['y'],
    none: null,
    top: slot,
    inner: { deep: { value: slot } },
  }

  test('are listed with their paths', () => {
    expect(listSlots(nested).map(([path]) => path)).toEqual(['top', 'inner.deep.value'])
  })

  test('are replaced in place, and everything else stays', () => {
    const filled = mapSlots(nested, (_, found) => found.resolved({ value: new Secret('v') }))

    expect(listSlots(filled).map(([, found]) => found.finding.value?.reveal())).toEqual(['v', 'v'])
    expect(filled).toMatchObject({ plain: 'x', list: ['y'], none: null })
    expect(
      listSlots(nested).every(([, found]) => found instanceof SecretSlot && found.finding.value === undefined),
    ).toBe(true)
  })
})
