import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ApplySummary, RunEvent } from '../../src/core/outcome.ts'
import { type AppliedRun, makeApplyNotice } from '../../src/notify/apply-notice.ts'
import { makeDriftNotice } from '../../src/notify/drift-notice.ts'
import type { Notice } from '../../src/notify/notice.ts'
import { escapeSlack, toSlackMessage } from '../../src/notify/slack-message.ts'
import { toTeamsMessage } from '../../src/notify/teams-message.ts'
import { toDriftDocument } from '../../src/report/drift-document.ts'
import { compareWithHistory, foldHistory, toHistoryLine } from '../../src/report/drift-history.ts'
import type { DriftDocument } from '../../src/report/drift-model.ts'
import { aCalmDocument, aFindingOf, anEventfulDocument, aRun } from '../report/build-drift.ts'
import { aPlan, aSummary } from '../report/build-plan.ts'

describe('a drift run', () => {
  test('without a history tells of every finding that counts, and of no other', () => {
    const notice = present(makeDriftNotice(anEventfulDocument()))

    expect(notice.headline).toContain('Drift: 1 missing, 1 changed, 1 disabled, 1 secret, 2 duplicate, 1 orphaned.')
    expect(notice.headline).toContain('1 of 3 accounts could not be read.')
    expect(notice.items.map(({ label }) => label)).toEqual([
      'missing',
      'changed',
      'disabled',
      'secret',
      'duplicate',
      'duplicate',
      'orphaned',
    ])
    expect(notice.about).toEqual(['https://github.com/acme/hooks at 0123abc', 'infra'])
  })

  test('in which nothing counts has nothing to say', () => {
    expect(makeDriftNotice(aCalmDocument())).toBeUndefined()
    expect(makeDriftNotice(anEventfulDocument({ counted: [] }))).toBeUndefined()
  })

  test('says nothing of what its history knows, and says when it is resolved', () => {
    const first = compareWithHistory(anEventfulDocument(), foldHistory([]), aRun.at)
    const history = foldHistory([toHistoryLine(first, aRun.at)])
    const calm: DriftDocument = { ...anEventfulDocument({ findings: [] }) }

    expect(makeDriftNotice(first)?.items).toHaveLength(7)
    expect(makeDriftNotice(compareWithHistory(anEventfulDocument(), history, aRun.at))).toBeUndefined()
    const over = present(makeDriftNotice(compareWithHistory(calm, history, aRun.at)))
    expect(over.tone).toBe('good')
    expect(over.items[0]).toEqual({ label: 'resolved: missing', subject: 'acme-eu/missing', details: [] })
    expect(over.items.every(({ label }) => label.startsWith('resolved: '))).toBe(true)
  })

  test('with thousands of findings stays a message', () => {
    const findings = Array.from({ length: 5000 }, (_, at) => aFindingOf(`finding-${at} ${'x'.repeat(200)}`, 'missing'))
    const notice = present(makeDriftNotice(toDriftDocument({ plan: aPlan([]), findings })))

    expect(textOf(notice).length).toBeLessThan(2_000)
    expect(JSON.stringify(toTeamsMessage(notice)).length).toBeLessThan(28_000)
    expect(JSON.stringify(toTeamsMessage(notice))).toContain('… and 4990 more')
    expect(notice.document).toMatchObject({ left_out: 4900, totals: { findings: 5000 } })
  })
})

describe('an apply', () => {
  const created: RunEvent = { type: 'action_done', provider: 'chat', key: 'inbound', kind: 'create', ids: ['1'] }
  const failed: RunEvent = {
    type: 'action_failed',
    provider: 'chat',
    key: 'broken',
    kind: 'update',
    failure: { code: 'HS4004', message: 'The vendor says no.' },
  }

  test('tells what failed before what was done', () => {
    const notice = present(makeApplyNotice(anApply({ events: [created, failed], summary: summary(1, 1), exitCode: 3 })))

    expect(notice.tone).toBe('bad')
    expect(notice.headline).toMatch(/^Applied: 1 created, .* The apply ended with exit code 3\.$/u)
    expect(notice.items).toEqual([
      { label: 'update failed', subject: 'chat/broken', details: ['HS4004 The vendor says no.'] },
      { label: 'created', subject: 'chat/inbound', details: [] },
    ])
  })

  test('that was refused tells why', () => {
    const findings = [{ code: 'HS3004', message: '4 deletes are more than 3.', provider: 'chat' }]

    expect(makeApplyNotice(anApply({ findings, exitCode: 5 }))).toMatchObject({
      headline: 'Nothing was applied. The apply ended with exit code 5.',
      items: [{ label: 'HS3004', subject: 'chat', details: ['4 deletes are more than 3.'] }],
    })
  })

  test('that had nothing to do, or that somebody declined, has nothing to say', () => {
    expect(makeApplyNotice(anApply({}))).toBeUndefined()
    expect(makeApplyNotice(anApply({ exitCode: 1 }))).toBeUndefined()
  })
})

const hostile = [
  '<!channel> <@U123> <https://evil.example.com|click>',
  '@channel @everyone @here',
  '`code` *bold* _it_',
  '[link](https://evil.example.com) **bold** <at>Anna</at>',
  '{{DATE(2026-01-01T00:00:00Z,SHORT)}} ${env.SECRET} @{triggerBody()}',
  'line\nbreak\r\u2028\u202edrowkcab\u0007\u001b[31m',
]

describe.each(hostile)('what a vendor wrote, %j,', (text) => {
  const notice = present(makeDriftNotice(toDriftDocument({ plan: aPlan([]), findings: [aFindingOf(text, 'changed')] })))

  test('calls nobody, links nowhere and styles nothing in Slack', () => {
    const lines = textOf(notice).split('\n')

    expect(lines).toHaveLength(2)
    // Ours is the bullet, and code around each text of theirs.
    expect(lines[1]).not.toMatch(/[<>]|@(?!\u200b)|[\p{Cc}\p{Zl}\p{Zp}\u202e]/u)
    expect(lines[1]?.replaceAll(/`[^`]*`/gu, '').trim()).toBe('• changed')
  })

  test('is plain text in Teams, without functions and mentions', () => {
    const texts = textsOf(toTeamsMessage(notice))

    expect(texts.filter((one) => /\{(?!\u200b)|<(?!\u200b)|[\p{Cc}\p{Zl}\p{Zp}\u202e]/u.test(one))).toEqual([])
    expect(kindsOf(toTeamsMessage(notice))).toEqual(new Set(['message', 'AdaptiveCard', 'RichTextBlock', 'TextRun']))
  })
})

test('no text opens markup of Slack', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(escapeSlack(text)).not.toMatch(/[<>`\n\r]|@(?!\u200b)|&(?!amp;|lt;|gt;)/u)
    }),
  )
})

function anApply(parts: Partial<AppliedRun>): AppliedRun {
  return { summary: summary(0, 0), events: [], exitCode: 0, findings: [], ...parts }
}

function summary(create: number, failed: number): ApplySummary {
  const nothing = { create: 0, update: 0, replace: 0, adopt: 0, delete: 0, keep: 3 }
  return aSummary({ done: { ...nothing, create }, failed, skipped: 0, writes: create })
}

function present(notice: Notice | undefined): Notice {
  if (notice === undefined) throw new Error('There is no notice.')
  return notice
}

function textOf(notice: Notice): string {
  return (toSlackMessage(notice) as { readonly text: string }).text
}

/** Every `text` of a card. */
function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, item]) =>
    name === 'text' && typeof item === 'string' ? [item] : textsOf(item),
  )
}

/** Every `type` of a card. */
function kindsOf(value: unknown): ReadonlySet<string> {
  const kinds = JSON.stringify(value).matchAll(/"type":"(\w+)"/gu)
  return new Set([...kinds].map(([, kind = '']) => kind))
}
