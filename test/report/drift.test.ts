import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DriftFinding } from '../../src/core/drift.ts'
import { toDriftDocument } from '../../src/report/drift-document.ts'
import { compareWithHistory } from '../../src/report/drift-history.ts'
import { renderDriftMarkdown } from '../../src/report/drift-markdown.ts'
import { renderDriftText } from '../../src/report/drift-text.ts'
import { driftClasses } from '../../src/report/drift-words.ts'
import { markdownLimit } from '../../src/report/markdown.ts'
import { wildText } from './any-plan.ts'
import { aCalmDocument, aFindingOf, anEventfulDocument, aPlace } from './build-drift.ts'
import { aFinding, anAccountPlan, aPlan, plain } from './build-plan.ts'

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''

describe('the text of a drift report', () => {
  test('groups by class, says what each means and what an apply would do', async () => {
    await expect(renderDriftText(anEventfulDocument(), plain)).toMatchFileSnapshot('snapshots/drift.txt')
  })

  test('ends with what counts, what is in line and what is unmanaged', () => {
    expect(lastLine(renderDriftText(anEventfulDocument(), plain))).toBe(
      'Drift: 1 missing, 1 changed, 1 disabled, 1 secret, 2 duplicate, 1 orphaned. 4 in line, 1 unmanaged.',
    )
  })

  test('is one line without drift', () => {
    expect(renderDriftText(aCalmDocument(), plain)).toBe('No drift. 2 webhooks match.\n')
  })

  test('counts the classes it is told to count', () => {
    const pending = renderDriftText(anEventfulDocument({ counted: ['pending'] }), plain)
    const none = renderDriftText(anEventfulDocument({ counted: [] }), plain)

    expect(lastLine(pending)).toBe('Drift: 2 pending. 4 in line, 1 unmanaged.')
    expect(lastLine(none)).toBe('No drift. 4 webhooks match.')
  })

  test('shows only the last line when quiet', () => {
    const text = renderDriftText(anEventfulDocument(), { ...plain, quiet: true })

    expect(text.trimEnd().split('\n')).toHaveLength(1)
  })

  test('calls a secret missing from the vault where it is, not where a new webhook brings another', () => {
    const captured = (ground?: 'not-in-vault') =>
      aFinding({
        changes: [{ path: 'signing_secret', secret: 'capture', ...(ground === undefined ? {} : { ground }) }],
      })
    const textOf = (finding: DriftFinding) =>
      renderDriftText(toDriftDocument({ plan: aPlan([anAccountPlan()]), findings: [finding] }), plain)

    expect(textOf(captured())).toContain('signing_secret: (secret: the vendor makes it with the new webhook)')
    expect(textOf(captured('not-in-vault'))).toContain('signing_secret: (secret: not in the vault)')
  })

  test('tells what is new and what is resolved before the last line', () => {
    const known = { runs: 3, lastRunAt: '2026-03-01T00:00:00.000Z', open: new Map() }
    const compared = compareWithHistory(anEventfulDocument(), known, '2026-03-04T05:06:07.000Z')

    expect(renderDriftText(compared, plain)).toContain('\n11 new, 0 known, 0 resolved; since 2026-03-01 00:00 UTC.\n')
  })

  test('steers no terminal', () => {
    fc.assert(
      fc.property(wildText(), fc.constantFrom(...driftClasses), (text, drift) => {
        const plan = aPlan([anAccountPlan({}, text)])
        const document = toDriftDocument({
          plan,
          findings: [aFindingOf(text, drift)],
          coverage: [{ provider: text, live: 2, managed: 1 }],
        })

        const rendered = renderDriftText(document, plain)

        expect(rendered.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
      }),
    )
  })
})

describe('the document of a drift report', () => {
  test('is a plan document with the findings', () => {
    const document = anEventfulDocument()

    expect(document).toMatchObject({ format_version: '1.0', command: 'drift', summary: { unmanaged: 1 } })
    expect(document.drift[1]).toEqual({
      class: 'changed',
      provider: 'acme-eu',
      key: 'changed',
      id: 'id-changed',
      fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/u),
      changes: [
        { path: 'events', before: ['a', 'b'], after: ['a', 'c'], effect: 'in-place' },
        { path: 'description', before: 'was', after: null, effect: 'in-place' },
      ],
      type: 'acme',
      counted: true,
      url: 'https://hooks.example.com/changed',
      since: '2026-01-02T03:04:05Z',
      since_from: 'vendor',
      at: aPlace(20),
      apply: { kind: 'update', deletes: 0, risk: 'low', risks: [] },
    })
  })

  test('tells a verdict as the plan does, and what it rests on beside it', () => {
    const [, , , rotated] = anEventfulDocument().drift

    expect(rotated?.changes).toEqual([{ path: 'signing_secret', secret: 'differs' }])
    expect(rotated?.grounds).toEqual({ signing_secret: { ground: 'fingerprint' } })
  })

  test('tells of each account what is in line and how much is looked after', () => {
    const { accounts, totals } = anEventfulDocument()

    expect(accounts).toMatchObject([
      { provider: 'acme-eu', read: true, webhooks: 9, in_line: ['fine', 'well', 'hidden'], live: 11 },
      { provider: 'acme-us', read: true, in_line: ['calm'], classes: {} },
      { provider: 'lost', read: false },
    ])
    expect(totals).toMatchObject({ counted: 7, findings: 11, in_line: 4, live: 12, managed: 9, unread_accounts: 1 })
  })

  test('names each finding once, whatever else is found', () => {
    const names = anEventfulDocument().drift.map(({ fingerprint }) => fingerprint)
    const [first] = toDriftDocument({ plan: aPlan([]), findings: [aFinding({ key: 'changed' })] }).drift

    expect(new Set(names).size).toBe(names.length)
    expect(first?.fingerprint).toBe(names[1])
  })

  test('holds no secret parameter of a receiver', () => {
    expect(JSON.stringify(anEventfulDocument())).not.toContain('t0ps3cret')
  })
})

describe('the Markdown of a drift report', () => {
  test('reads as approved', async () => {
    await expect(renderDriftMarkdown(anEventfulDocument())).toMatchFileSnapshot('snapshots/drift.md.txt')
  })

  test('links to the declared line where it is known where the files are shown', () => {
    expect(renderDriftMarkdown(anEventfulDocument())).toContain(
      '[webhooks.yaml:20](<https://github.com/acme/hooks/blob/0123abc/infra/webhooks.yaml#L20>)',
    )
  })

  test('shows what an apply would delete in bold', () => {
    expect(renderDriftMarkdown(anEventfulDocument())).toContain('**- delete; high risk: deletes 1 live webhook**')
  })

  test('is cut between findings, is closed, and says how many are left out', () => {
    const findings = Array.from({ length: 2000 }, (_, at) => aFinding({ key: `webhook-${at}`, at: aPlace(at) }))
    const text = renderDriftMarkdown(anEventfulDocument({ findings }))
    const shown = [...text.matchAll(/^- \*\*changed\*\*/gmu)].length
    const places = [...text.matchAll(/declared at /gu)].length
    const [, leftOut = ''] = /\*\*Cut here\*\*: (\d+) more entries/u.exec(text) ?? []

    expect(text.length).toBeLessThanOrEqual(markdownLimit)
    expect(shown).toBeGreaterThan(100)
    expect(places).toBe(shown)
    expect(text.split('<details>').length).toBe(text.split('</details>').length)
    // The rows of the table of coverage are entries too.
    expect(Number(leftOut)).toBe(2000 - shown + 3)
  })

  test('starts with the marker that finds it again', () => {
    expect(renderDriftMarkdown(aCalmDocument()).split('\n')[0]).toBe('<!-- hooks-sync -->')
  })
})
