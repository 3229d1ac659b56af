import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Plan } from '../../src/core/plan.ts'
import { escapeMarkdown, markdownLimit } from '../../src/report/markdown.ts'
import { renderPlanMarkdown } from '../../src/report/plan-markdown.ts'
import { anyPlan, wildText } from './any-plan.ts'
import { aChange, aLiveAction, anAccountPlan, anAction, aPlan, aRichPlan } from './build-plan.ts'

const count = (text: string, part: string): number => text.split(part).length - 1

/** Fails where a tag is not closed, or one that we do not write appears. */
function expectWellFormed(markdown: string): void {
  const tags = [...markdown.slice(markdown.indexOf('\n')).matchAll(/<[^>]*>?/g)].map(([tag]) => tag)
  expect(tags.filter((tag) => !/^<\/?(details|summary|code)>$/.test(tag))).toEqual([])
  for (const tag of ['details', 'summary', 'code'])
    expect(count(markdown, `<${tag}>`)).toBe(count(markdown, `</${tag}>`))
}

/** A plan of many accounts, each with many creates. */
function aHugePlan(accounts: number, actions: number): Plan {
  return aPlan(
    Array.from({ length: accounts }, (_, account) =>
      anAccountPlan(
        {
          actions: Array.from({ length: actions }, (_, index) =>
            anAction({
              key: `key-${index}`,
              changes: [aChange('url', null, `https://h.example.com/${'<'.repeat(400)}`)],
            }),
          ),
        },
        `account-${account}`,
      ),
    ),
  )
}

describe('the Markdown of a plan', () => {
  test('reads as approved for a rich plan', async () => {
    await expect(renderPlanMarkdown(aRichPlan())).toMatchFileSnapshot('snapshots/plan.md.txt')
  })

  test('starts with the marker and the stable line', () => {
    const [marker, line] = renderPlanMarkdown(aPlan([anAccountPlan({ actions: [aLiveAction('keep', 'a')] })])).split(
      '\n',
    )

    expect(marker).toBe('<!-- hooks-sync -->')
    expect(line).toBe('**No changes. 1 webhooks match.**')
  })

  test('shows deletions in bold', () => {
    const markdown = renderPlanMarkdown(aPlan([anAccountPlan({ actions: [aLiveAction('delete', 'old')] })]))

    expect(markdown).toContain('- **<code>-</code> delete <code>old</code>**')
  })

  test.each([
    [1, 400],
    [300, 3],
    [3000, 0],
    [150, 150],
  ])('stays below the limit and says what is left out: %i accounts with %i webhooks', (accounts, actions) => {
    const markdown = renderPlanMarkdown(aHugePlan(accounts, actions))

    expect(markdown.length).toBeLessThanOrEqual(markdownLimit)
    expectWellFormed(markdown)
    expect(markdown).toMatch(/Cut here|and 2900 more/)
  })

  test('keeps names of events readable', () => {
    expect(escapeMarkdown('MESSAGE_INBOUND h.example.com/a-b?c=d')).toBe('MESSAGE_INBOUND h.example.com/a-b?c=d')
  })

  test('makes a link of nothing that a vendor wrote, and tells no issue of it', () => {
    expect(escapeMarkdown('See https://evil.example.com, WWW.evil.example.com or gh-12: it is GH-x.')).toBe(
      'See https&#58;//evil.example.com, WWW&#46;evil.example.com or gh-&#8203;12: it is GH-x.',
    )
  })

  test('turns markup into text', () => {
    expect(escapeMarkdown('a|b `c` <d> @team #1\n_e_')).toBe(
      'a&#124;b &#96;c&#96; &lt;d&gt; &#64;&#8203;team &#35;&#8203;1&#92;n_e&#95;',
    )
  })

  test('lets no markup through, whatever vendors and users wrote', () => {
    fc.assert(
      fc.property(wildText(), (text) => {
        expect(escapeMarkdown(text)).not.toMatch(/[<>|`*[\]\\~@$\n\r]|(?<!&)#|&(?!(?:amp|lt|gt|#\d+);)/)
      }),
    )
  })

  test('is well-formed for any plan', () => {
    fc.assert(
      fc.property(anyPlan(), (plan) => {
        const markdown = renderPlanMarkdown(plan)

        expectWellFormed(markdown)
        expect(markdown.length).toBeLessThanOrEqual(markdownLimit)
        expect(markdown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
        for (const row of markdown.split('\n').filter((line) => line.startsWith('|'))) expect(count(row, '|')).toBe(10)
      }),
    )
  })
})
