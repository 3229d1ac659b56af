import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/core/outcome.ts'
import { toApplyLine, toSummaryLine } from '../../src/report/apply-json.ts'
import { renderApplyMarkdown } from '../../src/report/apply-markdown.ts'
import { renderApplySummary, renderRunEvent } from '../../src/report/apply-text.ts'
import { renderDuration } from '../../src/report/duration-text.ts'
import { renderJsonLine } from '../../src/report/json-text.ts'
import { wildText } from './any-plan.ts'
import { aDiagnostic, anAccountPlan, anAction, aPlan, aSummary, plain } from './build-plan.ts'

const about = { provider: 'acme-eu', key: 'inbound', kind: 'create' } as const
const failure = { code: 'HS4004', message: 'Acme refused the request: 422.', hint: 'Look at the url.' } as const
const done = { create: 1, update: 2, replace: 0, adopt: 0, delete: 0, keep: 7 }
const events: readonly RunEvent[] = [
  { type: 'account_reading', provider: 'acme-eu' },
  { type: 'account_read', provider: 'acme-eu', webhooks: 12 },
  { type: 'plan', plan: aPlan([anAccountPlan({ actions: [anAction()] })]) },
  { type: 'action_start', ...about },
  { type: 'action_done', ...about, ids: ['receive https://h.example.com/?a=b'] },
  { type: 'action_failed', ...about, kind: 'delete', failure },
  {
    type: 'action_skipped',
    ...about,
    kind: 'update',
    failure: { code: 'HS4009', message: 'It waits for acme-eu/old.' },
  },
  { type: 'account_failed', provider: 'acme-us', failure: { code: 'HS4002', message: 'Acme cannot be reached.' } },
  { type: 'diagnostic', diagnostic: aDiagnostic({ severity: 'warning' }) },
]

describe('the text of an apply', () => {
  test('is one line for each event', () => {
    expect(events.map((event) => renderRunEvent(event, plain))).toEqual([
      'acme-eu: reading',
      'acme-eu: 12 live',
      'Plan: 1 to create, 0 to update, 0 to replace, 0 to adopt, 0 to delete. 0 unchanged, 0 unmanaged.',
      'acme-eu/inbound: creating',
      'acme-eu/inbound: created (receive https://h.example.com/?a=[secret])',
      'acme-eu/inbound: delete failed: HS4004  Acme refused the request: 422.',
      'acme-eu/inbound: update skipped: HS4009  It waits for acme-eu/old.',
      'acme-us: the account failed: HS4002  Acme cannot be reached.',
      'warning HS1004  Acme has no event "a".',
    ])
  })

  test('is one stable line when all was done', () => {
    expect(renderApplySummary(aSummary({ done }), plain, events)).toBe(
      'Applied: 1 created, 2 updated, 0 replaced, 0 adopted, 0 deleted in 3.1s.\n',
    )
  })

  test('says what was not done, what was, and what to do next', async () => {
    const text = renderApplySummary(aSummary({ done, failed: 1, skipped: 1, writes: 4 }), plain, events)

    await expect(text).toMatchFileSnapshot('snapshots/apply-in-part.txt')
  })

  test('shows some of what was not done, and all of it when asked', () => {
    const skipped = Array.from({ length: 25 }, (_, index) => ({ ...events[6]!, key: `hook-${index}` }) as RunEvent)

    const text = renderApplySummary(aSummary({ skipped: 25 }), plain, skipped)
    const whole = renderApplySummary(aSummary({ skipped: 25 }), { ...plain, verbose: true }, skipped)

    expect(text).toContain('hook-19: update skipped')
    expect(text).not.toContain('hook-20')
    expect(text).toContain('… and 5 more (--verbose lists all)')
    expect(whole).toContain('hook-24: update skipped')
  })

  test('counts what is left also without the events', () => {
    const text = renderApplySummary(aSummary({ done, failed: 1, skipped: 2, interrupted: true }), plain)

    expect(text).toContain('interrupted')
    expect(text).toContain('3 of 6 actions were done')
    expect(text).toMatch(/Applied: .* 1 failed, 2 skipped in 3\.1s\.\n$/)
  })

  test.each([
    [40, '0.0s'],
    [3149, '3.1s'],
    [59_949, '59.9s'],
    [59_951, '1m 0s'],
    [125_400, '2m 5s'],
  ])('words %i ms as %s', (milliseconds, words) => {
    expect(renderDuration(milliseconds)).toBe(words)
  })

  test('steers no terminal', () => {
    fc.assert(
      fc.property(wildText(), wildText(), (name, message) => {
        const event: RunEvent = {
          type: 'action_failed',
          provider: name,
          key: name,
          kind: 'update',
          failure: { code: 'HS4004', message, hint: message },
        }
        const finished: RunEvent = { type: 'action_done', ...about, key: name, ids: [message] }

        const text = [
          renderRunEvent(event, plain),
          renderRunEvent(finished, plain),
          renderApplySummary(aSummary({ failed: 1 }), plain, [event]),
        ]

        expect(text.join('').replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
      }),
    )
  })
})

describe('the JSON Lines of an apply', () => {
  test('are objects with a type, what they are about, and the error', () => {
    const lines = events.flatMap((event) => toApplyLine(event) ?? [])

    expect(lines.map((line) => line.type)).toEqual([
      'plan',
      'action_start',
      'action_done',
      'action_failed',
      'action_skipped',
      'diagnostic',
      'diagnostic',
    ])
    expect(renderJsonLine(lines[1])).toBe(
      '{"type":"action_start","provider":"acme-eu","key":"inbound","kind":"create"}',
    )
    expect(lines[3]).toEqual({
      type: 'action_failed',
      provider: 'acme-eu',
      key: 'inbound',
      kind: 'delete',
      error: failure,
    })
    expect(lines[0]).toMatchObject({ command: 'apply', summary: { create: 1 } })
    expect(lines[5]).toEqual({
      type: 'diagnostic',
      code: 'HS4002',
      severity: 'error',
      message: 'Acme cannot be reached.',
      provider: 'acme-us',
    })
    for (const line of lines) expect(renderJsonLine(line)).not.toContain('\n')
  })

  test('end with counts and the exit code', () => {
    expect(toSummaryLine(aSummary({ done, failed: 1, writes: 5 }), 3)).toEqual({
      type: 'summary',
      counts: { ...done, failed: 1, skipped: 0 },
      writes: 5,
      interrupted: false,
      duration_ms: 3100,
      exit_code: 3,
    })
  })
})

test('the Markdown of an apply lists what was not done before what was', async () => {
  await expect(renderApplyMarkdown(aSummary({ done, failed: 1, skipped: 1 }), events)).toMatchFileSnapshot(
    'snapshots/apply.md.txt',
  )
})

test('the Markdown of an apply is the same whichever account was done first', () => {
  const summary = aSummary({ done })
  const one = (provider: string): RunEvent => ({ type: 'action_done', ...about, provider, ids: [] })

  expect(renderApplyMarkdown(summary, [one('b'), one('a')])).toBe(renderApplyMarkdown(summary, [one('a'), one('b')]))
})
