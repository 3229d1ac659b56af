import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toPlanDocument } from '../../src/report/plan-document.ts'
import { renderPlanText } from '../../src/report/plan-text.ts'
import { anyPlan } from './any-plan.ts'
import {
  aChange,
  aDiagnostic,
  aLive,
  aLiveAction,
  anAccountPlan,
  anAction,
  aPlan,
  aRefusal,
  aRichPlan,
  plain,
} from './build-plan.ts'

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''

describe('the text of a plan', () => {
  test.each([
    { width: 80, color: false },
    { width: 80, color: true },
    { width: 200, color: false },
    { width: 200, color: true },
  ])('reads as approved at $width columns, color $color', async (look) => {
    const text = renderPlanText(aRichPlan(), look)

    await expect(text).toMatchFileSnapshot(`snapshots/plan-${look.width}${look.color ? '-color' : ''}.txt`)
  })

  test('ends with the counts of the plan', () => {
    const plan = aPlan([
      anAccountPlan({
        actions: [anAction(), aLiveAction('update', 'b'), aLiveAction('keep', 'c'), aLiveAction('adopt', 'd')],
        unmanaged: [aLive('1'), aLive('2')],
      }),
    ])

    const text = renderPlanText(plan, plain)

    expect(lastLine(text)).toBe(
      'Plan: 1 to create, 1 to update, 0 to replace, 1 to adopt, 0 to delete. 1 unchanged, 2 unmanaged.',
    )
  })

  test('is one line when all webhooks match', () => {
    const plan = aPlan([anAccountPlan({ actions: [aLiveAction('keep', 'a'), aLiveAction('keep', 'b')] })])

    expect(renderPlanText(plan, plain)).toBe('No changes. 2 webhooks match.\n')
  })

  test.each([
    ['a moved key', anAccountPlan({ actions: [aLiveAction('keep', 'a', { movedFrom: 'b' })] })],
    ['a refusal', anAccountPlan({ refusals: [aRefusal()] })],
    ['an account that could not be read', anAccountPlan({ diagnostics: [aDiagnostic()] })],
  ])('does not claim "No changes." with %s', (_, account) => {
    expect(lastLine(renderPlanText(aPlan([account]), plain))).toMatch(/^Plan: 0 to create/)
  })

  test('names the field that forces a replace', () => {
    const action = anAction({
      kind: 'replace',
      order: 'create-first',
      changes: [aChange('service', 'a', 'b', 'replace')],
    })

    const text = renderPlanText(aPlan([anAccountPlan({ actions: [action] })]), plain)

    expect(text).toContain('+/- inbound  replace, create first')
    expect(text).toContain('service: a → b (forces the replace)')
  })

  test('says what was counted, the limit and the flag of a refusal, also when quiet', () => {
    const plan = aPlan([anAccountPlan({ refusals: [aRefusal()] })])

    const text = renderPlanText(plan, { ...plain, quiet: true })

    expect(text).toContain('counted: 4, limit: 3, allowed by: --max-deletes')
  })

  test('hides url parameters that are declared secret and those that look like it', () => {
    const desired = {
      provider: 'acme-eu',
      key: 'a',
      fields: { url_params: { k: 'x' } },
      file: 'f',
      protected: false,
      allowGap: false,
      abandon: false,
    }
    const url = 'https://u:pw@h.example.com/a?k=one&api_key=two&page=three#f'
    const plan = aPlan([
      anAccountPlan({
        actions: [anAction({ desired, changes: [aChange('url', null, url)] })],
        unmanaged: [aLive('1', url)],
      }),
    ])

    const text = renderPlanText(plan, { ...plain, width: 200 })

    expect(text).not.toMatch(/one|two|pw@/)
    expect(text.match(/u:\[secret\]@h\.example\.com\/a\?k=\[secret\]&api_key=\[secret\]&page=three#f/g)).toHaveLength(2)
  })

  test('lists all unmanaged webhooks only when asked', () => {
    const plan = aPlan([anAccountPlan({ unmanaged: Array.from({ length: 30 }, (_, index) => aLive(`id-${index}.`)) })])

    expect(renderPlanText(plan, plain)).not.toContain('id-29.')
    expect(renderPlanText(plan, plain)).toContain('… and 20 more')
    expect(renderPlanText(plan, { ...plain, verbose: true })).toContain('id-29.')
  })

  test('always ends with the numbers of the document', () => {
    fc.assert(
      fc.property(anyPlan(), (plan) => {
        const { summary } = toPlanDocument(plan)
        const numbers = lastLine(renderPlanText(plan, plain)).match(/\d+/g)?.map(Number)
        const { create, update, replace, adopt, keep, unmanaged } = summary

        const expected = [create, update, replace, adopt, summary.delete, keep, unmanaged]

        expect(numbers).toEqual(numbers?.length === 1 ? [keep] : expected)
      }),
    )
  })

  test('never steers a terminal, whatever vendors and users wrote', () => {
    fc.assert(
      fc.property(anyPlan(), fc.constantFrom(40, 80, 200), (plan, width) => {
        const text = renderPlanText(plan, { color: false, width, verbose: true })

        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
      }),
    )
  })

  test('says the same with color as without', () => {
    fc.assert(
      fc.property(anyPlan(), (plan) => {
        const colored = renderPlanText(plan, { ...plain, color: true })
        // oxlint-disable-next-line no-control-regex -- the codes that color
        const stripped = colored.replace(/\u001b\[\d+m/g, '')

        expect(stripped).toBe(renderPlanText(plan, plain))
      }),
    )
  })

  test('counts what is over forty members of a list', () => {
    const events = Array.from({ length: 60 }, (_, index) => `event.number.${index}`)
    const plan = aPlan([anAccountPlan({ actions: [anAction({ changes: [aChange('events', null, events)] })] })])

    expect(renderPlanText(plan, plain)).toContain('… and 20 more')
    expect(renderPlanText(plan, plain)).not.toContain('event.number.59')
    expect(renderPlanText(plan, { ...plain, verbose: true })).toContain('event.number.59')
  })
})
