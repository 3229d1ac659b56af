import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toDriftDocument } from '../../src/report/drift-document.ts'
import { renderDriftMarkdown } from '../../src/report/drift-markdown.ts'
import type { DriftReport } from '../../src/report/drift-report.ts'
import { driftClasses } from '../../src/report/drift-report.ts'
import { renderDriftText } from '../../src/report/drift-text.ts'
import { wildText } from './any-plan.ts'
import { aChange, aFinding, aLive, aLiveAction, anAccountPlan, anAction, aPlan, plain } from './build-plan.ts'

const plan = aPlan([
  anAccountPlan({
    actions: [
      aLiveAction('update', 'changed'),
      anAction({ key: 'missing' }),
      aLiveAction('update', 'edited'),
      aLiveAction('keep', 'a'),
      aLiveAction('keep', 'b', { changes: [{ path: 'signing_secret', secret: 'unknown' }] }),
      aLiveAction('delete', 'undeclared'),
    ],
    unmanaged: [aLive('x', 'https://h.example.com/?token=t0ps3cret')],
  }),
])
const report: DriftReport = {
  plan,
  findings: [
    aFinding({
      key: 'changed',
      id: 'id-1',
      changes: [aChange('events', ['a', 'b'], ['a', 'c'])],
      since: '2026-01-02T03:04:05Z',
    }),
    aFinding({ class: 'missing', key: 'missing' }),
    aFinding({ class: 'pending', key: 'edited' }),
    aFinding({ class: 'unknown', key: 'b', changes: [{ path: 'signing_secret', secret: 'unknown' }] }),
    {
      class: 'unmanaged',
      provider: 'acme-eu',
      type: 'acme',
      id: 'x',
      url: 'https://h.example.com/?token=t0ps3cret',
      changes: [],
    },
  ],
}
const calm: DriftReport = {
  plan: aPlan([anAccountPlan({ actions: [aLiveAction('keep', 'a'), aLiveAction('keep', 'b')] })]),
  findings: [],
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''

describe('the text of a drift report', () => {
  test('groups by class, says what each means and what an apply would do', async () => {
    await expect(renderDriftText(report, plain)).toMatchFileSnapshot('snapshots/drift.txt')
  })

  test('ends with what counts, what is in line and what is unmanaged', () => {
    expect(lastLine(renderDriftText(report, plain))).toBe('Drift: 1 missing, 1 changed. 2 in line, 1 unmanaged.')
  })

  test('is one line without drift', () => {
    expect(renderDriftText(calm, plain)).toBe('No drift. 2 webhooks match.\n')
  })

  test('counts the classes it is told to count', () => {
    expect(lastLine(renderDriftText({ ...report, counted: ['pending'] }, plain))).toBe(
      'Drift: 1 pending. 2 in line, 1 unmanaged.',
    )
    expect(lastLine(renderDriftText({ ...report, counted: ['orphaned'] }, plain))).toBe('No drift. 2 webhooks match.')
  })

  test('shows only the last line when quiet', () => {
    expect(
      renderDriftText(report, { ...plain, quiet: true })
        .trimEnd()
        .split('\n'),
    ).toHaveLength(1)
  })

  test('steers no terminal', () => {
    fc.assert(
      fc.property(wildText(), fc.constantFrom(...driftClasses), (text, drift) => {
        const finding = {
          class: drift,
          provider: text,
          type: 'acme',
          key: text,
          id: text,
          url: text,
          reason: text,
          since: text,
          changes: [aChange(text, text, [text])],
        }

        const rendered = renderDriftText({ plan, findings: [finding] }, plain)

        expect(rendered.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
      }),
    )
  })
})

test('the document of a drift report is a plan document with the findings', () => {
  const document = toDriftDocument(report)

  expect(document).toMatchObject({ format_version: '1.0', command: 'drift', summary: { unmanaged: 1 } })
  expect(document.drift[0]).toEqual({
    class: 'changed',
    provider: 'acme-eu',
    key: 'changed',
    id: 'id-1',
    changes: [{ path: 'events', before: ['a', 'b'], after: ['a', 'c'], effect: 'in-place' }],
    type: 'acme',
    since: '2026-01-02T03:04:05Z',
  })
  expect(JSON.stringify(document)).not.toContain('t0ps3cret')
})

test('the Markdown of a drift report reads as approved', async () => {
  await expect(renderDriftMarkdown(report)).toMatchFileSnapshot('snapshots/drift.md.txt')
})
