import { type DriftClass, type DriftFinding } from '../../src/core/drift.ts'
import { forgotten, leftAlone } from '../../src/core/drift-remedy.ts'
import { type DriftReport, toDriftDocument } from '../../src/report/drift-document.ts'
import type { DriftDocument } from '../../src/report/drift-model.ts'
import type { DriftRun } from '../../src/report/drift-run.ts'
import { aChange, aDiagnostic, aFinding, aLive, aLiveAction, anAccountPlan, anAction, aPlan } from './build-plan.ts'

export const aRun: DriftRun = {
  version: '0.1.0',
  at: '2026-03-04T05:06:07.000Z',
  narrowed: false,
  directory: 'infra',
  repository: { url: 'https://github.com/acme/hooks', revision: '0123abc' },
}

export function aPlace(line: number): { readonly file: string; readonly line: number; readonly column: number } {
  return { file: 'webhooks.yaml', line, column: 7 }
}

const update = { ...leftAlone, kind: 'update', risk: 'low' } as const
const replace = {
  kind: 'replace',
  order: 'create-first',
  deletes: 0,
  risk: 'medium',
  risks: ['the vendor gives it a new id'],
  reason: 'forced by service',
  refusals: [{ code: 'HS3009', flag: '--allow-recreate' }],
} as const
const removal = { ...leftAlone, kind: 'delete', deletes: 1, risk: 'high', risks: ['deletes 1 live webhook'] } as const

/** One finding of every class, and two of one. */
const everyClass: readonly DriftFinding[] = [
  aFinding({ class: 'missing', key: 'missing', at: aPlace(12), remedy: { ...update, kind: 'create' } }),
  aFinding({
    key: 'changed',
    id: 'id-changed',
    url: 'https://hooks.example.com/changed',
    changes: [aChange('events', ['a', 'b'], ['a', 'c']), aChange('description', 'was', null)],
    since: '2026-01-02T03:04:05Z',
    sinceFrom: 'vendor',
    at: aPlace(20),
    remedy: update,
  }),
  aFinding({
    class: 'disabled',
    key: 'disabled',
    id: 'id-disabled',
    changes: [aChange('enabled', false, true, 'replace')],
    reason: 'too many failed deliveries',
    at: aPlace(28),
    remedy: replace,
  }),
  aFinding({
    class: 'secret',
    key: 'rotated',
    id: 'id-rotated',
    changes: [{ path: 'signing_secret', secret: 'differs', ground: 'fingerprint' }],
    since: '2026-01-01T00:00:00Z',
    sinceFrom: 'ledger',
    at: aPlace(36),
    remedy: { ...update, risk: 'medium', risks: ['deliveries are signed with another secret from then on'] },
  }),
  aFinding({ class: 'duplicate', key: 'in-line', id: 'twin-1' }),
  aFinding({ class: 'duplicate', key: 'in-line', id: 'twin-2' }),
  aFinding({ class: 'orphaned', key: 'orphaned', remedy: forgotten }),
  {
    class: 'unmanaged',
    provider: 'acme-eu',
    type: 'acme',
    id: 'foreign',
    url: 'https://h.example.com/?token=t0ps3cret',
    changes: [],
    remedy: leftAlone,
  },
  aFinding({
    class: 'unknown',
    key: 'hidden',
    changes: [{ path: 'signing_secret', secret: 'unknown', ground: 'no-key' }],
  }),
  aFinding({ class: 'pending', key: 'undeclared', id: 'id-undeclared', remedy: removal }),
  aFinding({ class: 'pending', key: 'edited', at: aPlace(44), remedy: update }),
]

/** A run over two accounts that were read, one of them in line, and one that could not be. */
export function anEventfulReport(parts: Partial<DriftReport> = {}): DriftReport {
  const declared = ['changed', 'disabled', 'rotated', 'in-line', 'edited', 'fine', 'well']
  const eu = anAccountPlan({
    account: { name: 'acme-eu', type: 'acme', settings: {}, identity: {}, prune: 'owned', at: aPlace(3) },
    actions: [
      ...declared.map((key) => aLiveAction('keep', key)),
      aLiveAction('keep', 'hidden', { changes: [{ path: 'signing_secret', secret: 'unknown', ground: 'no-key' }] }),
      anAction({ key: 'missing' }),
      aLiveAction('delete', 'undeclared'),
    ],
    unmanaged: [aLive('foreign', 'https://h.example.com/?token=t0ps3cret')],
    duplicates: [
      {
        provider: 'acme-eu',
        type: 'acme',
        key: 'in-line',
        kept: 'id-in-line',
        twins: [aLive('twin-1'), aLive('twin-2')],
      },
    ],
    orphaned: ['orphaned'],
  })
  const calm = anAccountPlan({ actions: [aLiveAction('keep', 'calm', { provider: 'acme-us' })] }, 'acme-us')
  const failed = aDiagnostic({ code: 'HS4002', provider: 'lost', message: 'lost cannot be read: connection refused.' })
  return {
    plan: aPlan([eu, calm], { diagnostics: [failed] }),
    findings: everyClass,
    coverage: [
      { provider: 'acme-eu', live: 11, managed: 8 },
      { provider: 'acme-us', live: 1, managed: 1 },
    ],
    run: aRun,
    ...parts,
  }
}

export function anEventfulDocument(parts: Partial<DriftReport> = {}): DriftDocument {
  return toDriftDocument(anEventfulReport(parts))
}

/** A run in which nothing is wrong. */
export function aCalmDocument(): DriftDocument {
  const actions = [aLiveAction('keep', 'a'), aLiveAction('keep', 'b')]
  return toDriftDocument({
    plan: aPlan([anAccountPlan({ actions })]),
    findings: [],
    coverage: [{ provider: 'acme-eu', live: 2, managed: 2 }],
    run: aRun,
  })
}

/** The same finding with one text in all its places. */
export function aFindingOf(text: string, found: DriftClass): DriftFinding {
  return {
    class: found,
    provider: text,
    type: 'acme',
    key: text,
    id: text,
    scope: text,
    url: text,
    reason: text,
    since: text,
    at: { file: text, line: 3, column: 1 },
    changes: [aChange(text, text, [text]), aChange(text, { [text]: text }, null)],
    remedy: { ...update, gap: text, reason: text, risks: [text] },
  }
}
