import type { Action, Change } from '../../src/core/action.ts'
import type { Diagnostic } from '../../src/core/diagnostic.ts'
import type { DriftFinding } from '../../src/core/drift.ts'
import { leftAlone } from '../../src/core/drift-remedy.ts'
import type { ApplySummary } from '../../src/core/outcome.ts'
import type { AccountPlan, Plan, Refusal } from '../../src/core/plan.ts'
import type { ProviderDefinition } from '../../src/core/provider.ts'
import type { DesiredWebhook, LiveObject } from '../../src/core/webhook.ts'
import type { Look } from '../../src/report/look.ts'

export const plain: Look = { color: false, width: 80 }

const acme: ProviderDefinition = {
  type: 'acme',
  title: 'Acme',
  doc: 'a subscription',
  docsUrl: 'https://docs.acme.test',
  baseUrl: 'https://api.acme.test',
  hosts: ['api.acme.test'],
  settings: {},
  auth: {},
  fields: {},
  accountIdentity: [],
  uniqueIdentity: 'no',
  update: 'in-place',
  quota: { limit: 5, per: ['app'], words: 'per app' },
  limits: { concurrency: 1 },
}

export function aLive(id: string, url = `https://hooks.example.com/${id}`): LiveObject {
  return { id, part: '', scope: '', fields: { url } }
}

export function aDesired(fields: DesiredWebhook['fields'] = {}, key = 'inbound'): DesiredWebhook {
  return { provider: 'acme-eu', key, fields, file: 'webhooks.yaml', protected: false, allowGap: false, abandon: false }
}

export function aChange(
  path: string,
  before: Plainly,
  after: Plainly,
  effect: 'in-place' | 'replace' = 'in-place',
): Change {
  return { path, before, after, effect }
}

type Plainly = Extract<Change, { readonly effect: unknown }>['before']

export function anAction(parts: Partial<Action> = {}): Action {
  const provider = parts.provider ?? 'acme-eu'
  const key = parts.key ?? 'inbound'
  return {
    id: `${provider}/${key}`,
    kind: 'create',
    provider,
    type: 'acme',
    key,
    changes: [],
    objects: [],
    entries: [],
    after: [],
    ...parts,
  }
}

/** An action on one live object. */
export function aLiveAction(
  kind: 'update' | 'adopt' | 'delete' | 'keep',
  key: string,
  parts: Partial<Action> = {},
): Action {
  const live = aLive(`id-${key}`)
  const object = { provider: 'acme-eu', key, part: '', scope: '', fields: {} }
  const objects: Action['objects'] = {
    update: [{ op: 'update' as const, object, live, paths: ['url'] }],
    adopt: [{ op: 'adopt' as const, object, live }],
    delete: [{ op: 'delete' as const, live }],
    keep: [{ op: 'keep' as const, object, live }],
  }[kind]
  return anAction({ kind, key, objects, ...parts })
}

export function anAccountPlan(parts: Partial<AccountPlan> = {}, name = 'acme-eu'): AccountPlan {
  return {
    account: { name, type: 'acme', settings: {}, identity: {}, prune: 'owned' },
    definition: acme,
    actions: [],
    unmanaged: [],
    duplicates: [],
    outOfScope: [],
    orphaned: [],
    abandoned: [],
    ended: [],
    refusals: [],
    diagnostics: [],
    ...parts,
  }
}

export function aPlan(accounts: readonly AccountPlan[], parts: Partial<Plan> = {}): Plan {
  return { accounts, diagnostics: [], calls: 3, ...parts }
}

export function aRefusal(parts: Partial<Refusal> = {}): Refusal {
  return {
    code: 'HS3004',
    message: '4 of 6 live webhooks would be deleted.',
    count: 4,
    limit: 3,
    flag: '--max-deletes',
    provider: 'acme-eu',
    ...parts,
  }
}

export function aDiagnostic(parts: Partial<Diagnostic> = {}): Diagnostic {
  return { code: 'HS1004', severity: 'error', message: 'Acme has no event "a".', ...parts }
}

export function aFinding(parts: Partial<DriftFinding> = {}): DriftFinding {
  return {
    class: 'changed',
    provider: 'acme-eu',
    type: 'acme',
    key: 'inbound',
    changes: [],
    remedy: leftAlone,
    ...parts,
  }
}

export function aSummary(parts: Partial<ApplySummary> = {}): ApplySummary {
  return {
    done: { create: 0, update: 0, replace: 0, adopt: 0, delete: 0, keep: 0 },
    failed: 0,
    skipped: 0,
    writes: 0,
    interrupted: false,
    durationMs: 3100,
    ...parts,
  }
}

/** A plan with one of everything a reader may meet. */
export function aRichPlan(): Plan {
  return aPlan([anAccountPlan(richAccount()), anAccountPlan({ actions: richChanges() }, 'acme-us')], {
    diagnostics: [
      aDiagnostic({
        severity: 'warning',
        hint: 'Did you mean "b"?',
        at: { file: 'webhooks.yaml', line: 14, column: 7 },
      }),
    ],
  })
}

function richAccount(): Partial<AccountPlan> {
  const manyEvents = [
    'message.inbound',
    'message.delivery',
    'message.submitted',
    'conversation.started',
    'conversation.stopped',
  ]
  return {
    actions: [
      anAction({
        key: 'inbound',
        changes: [
          aChange('url', null, 'https://hooks.example.com/acme?tenant=a&token=t0ps3cret'),
          aChange('events', null, ['message.inbound', 'message.delivery']),
          { path: 'signing_secret', secret: 'write' },
        ],
      }),
      anAction({ key: 'everything', changes: [aChange('events', null, manyEvents)] }),
      aLiveAction('update', 'delivery', {
        changes: [aChange('events', ['a', 'b'], ['a', 'c']), { path: 'signing_secret', secret: 'differs' }],
        takesOver: true,
      }),
      aLiveAction('update', 'captured', { changes: [{ path: 'signing_secret', secret: 'capture' }] }),
      aLiveAction('adopt', 'known'),
      aLiveAction('delete', 'old'),
      aLiveAction('keep', 'renamed', { movedFrom: 'former' }),
      aLiveAction('keep', 'silent', { changes: [{ path: 'signing_secret', secret: 'unknown' }] }),
    ],
    unmanaged: Array.from({ length: 12 }, (_, index) => aLive(`foreign-${index}`)),
    duplicates: [
      { provider: 'acme-eu', type: 'acme', key: 'inbound', kept: 'id-1', twins: [aLive('id-2'), aLive('id-3')] },
    ],
    outOfScope: ['elsewhere'],
    orphaned: ['lost'],
    abandoned: ['let-go'],
    refusals: [
      aRefusal({ hint: 'Delete fewer at once.' }),
      aRefusal({ code: 'HS3013', key: 'old', message: 'The webhook is protected.' }),
    ],
  }
}

function richChanges(): readonly Action[] {
  const object = { provider: 'acme-us', key: 'moved', part: '', scope: '', fields: {} }
  return [
    anAction({
      provider: 'acme-us',
      kind: 'replace',
      key: 'moved',
      order: 'delete-first',
      reason: 'the quota of 5 webhooks per app is full',
      gap: 'message.inbound has no receiver until the new webhook is live',
      objects: [{ op: 'replace', object, live: aLive('id-moved'), order: 'delete-first' }],
      changes: [aChange('service', 'sms', 'voice', 'replace')],
    }),
    aLiveAction('update', 'long', {
      provider: 'acme-us',
      changes: [
        aChange(
          'url',
          'https://hooks.example.com/a/rather/long/path/to/a/receiver',
          'https://hooks.example.com/another/path/to/a/receiver',
        ),
        aChange(
          'events',
          ['message.inbound', 'message.delivery', 'message.submitted'],
          ['message.inbound', 'conversation.started', 'conversation.stopped'],
        ),
        aChange('description', 'two words', null),
      ],
    }),
  ]
}
