import { toDriftDocument } from '../../src/report/drift-document.ts'
import { renderDriftHtml } from '../../src/report/html/drift-page.ts'
import { aFindingOf, anEventfulReport, aPlace, aRun } from './build-drift.ts'
import { aChange, aDiagnostic, aFinding, anAccountPlan, aPlan } from './build-plan.ts'

/** Texts that a vendor's API could answer with; each tries to be more than text. */
export const attacks: readonly string[] = [
  '<script>globalThis.struck=1</script>',
  '<img src=x onerror=globalThis.struck=1>',
  '"><svg/onload=globalThis.struck=1>',
  "'><iframe src=javascript:parent.struck=1>",
  '</script><script>globalThis.struck=1</script>',
  '<!--<script>globalThis.struck=1//--></script>',
  '</style><style>*{display:none}</style>',
  'javascript:globalThis.struck=1',
  '{{constructor.constructor("globalThis.struck=1")()}}',
  '&lt;script&gt;globalThis.struck=1&lt;/script&gt;',
  '\u003cscript\u003eglobalThis.struck=1\u003c/script\u003e',
  '"onfocus="globalThis.struck=1"autofocus="',
  '\u202egnp.exe\u2066\u200b',
  '__proto__',
  '</title><base href=http://127.0.0.1:9/>',
  '<meta http-equiv=refresh content="0;url=http://127.0.0.1:9/">',
  '\u2028globalThis.struck=1\u2029',
  '\ud800<a href=javascript:globalThis.struck=1 id=rows>x</a>',
]

/** A page in which every text that a vendor or a user writes is an attack. */
export function aHostilePage(): string {
  const accounts = attacks.map((text) => anAccountPlan({}, text))
  const diagnostics = attacks.map((text) => aDiagnostic({ message: text, hint: text, provider: text, key: text }))
  return renderDriftHtml(
    toDriftDocument({
      plan: aPlan(accounts, { diagnostics }),
      findings: attacks.map((text) => aFindingOf(text, 'changed')),
      coverage: attacks.map((provider) => ({ provider, live: 2, managed: 1, scopes: [provider] })),
      run: { ...aRun, version: attacks[0] ?? '', directory: attacks[2] ?? '' },
    }),
  )
}

const classes = ['changed', 'missing', 'disabled', 'unmanaged', 'secret'] as const
const risks = ['low', 'medium', 'high'] as const

/** A page of very many findings, in forty accounts. */
export function aLongPage(findings: number): string {
  const found = Array.from({ length: findings }, (_, at) =>
    aFinding({
      class: classes[at % classes.length] ?? 'changed',
      provider: `acme-${at % 40}`,
      key: `webhook-${at}`,
      id: `01HZX${at}`,
      url: `https://hooks.example.com/receivers/${at}`,
      at: aPlace(at + 5),
      since: '2026-01-02T03:04:05Z',
      sinceFrom: 'vendor',
      changes: [
        aChange('url', `https://old.example.com/${at}`, `https://hooks.example.com/receivers/${at}`),
        aChange('events', ['message.inbound', 'message.delivery'], ['message.inbound', 'conversation.start']),
      ],
      remedy: { kind: 'update', deletes: 0, risk: risks[at % risks.length] ?? 'low', risks: [], refusals: [] },
    }),
  )
  return renderDriftHtml(toDriftDocument({ ...anEventfulReport(), findings: found }))
}
