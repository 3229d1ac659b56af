import { inspect } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Secret, SecretSlot } from '../../src/core/secret.ts'
import { renderJson, renderJsonLine } from '../../src/report/json-text.ts'
import { maskEveryParameter } from '../../src/report/mask-urls.ts'
import { toPlanDocument, toPlanFile } from '../../src/report/plan-document.ts'
import { renderPlanMarkdown } from '../../src/report/plan-markdown.ts'
import { renderPlanText } from '../../src/report/plan-text.ts'
import { anyPlan } from './any-plan.ts'
import {
  aChange,
  aDesired,
  aDiagnostic,
  aLive,
  aLiveAction,
  anAccountPlan,
  anAction,
  aPlan,
  aRichPlan,
  plain,
} from './build-plan.ts'

const at = { file: 'a.yaml', line: 1, column: 1 }

describe('the document of a plan', () => {
  test('has the shape the design promises, keys in its order', () => {
    const plan = aPlan(
      [
        anAccountPlan({
          actions: [
            anAction({ changes: [aChange('url', null, 'https://h.example.com/')] }),
            aLiveAction('keep', 'same'),
          ],
          unmanaged: [aLive('01W')],
        }),
      ],
      { calls: 14 },
    )

    const document = toPlanDocument(plan)

    expect(Object.keys(document)).toEqual([
      'format_version',
      'command',
      'summary',
      'actions',
      'unmanaged',
      'duplicates',
      'out_of_scope',
      'orphaned',
      'abandoned',
      'refusals',
      'calls',
      'checksum',
      'diagnostics',
    ])
    expect(renderJsonLine(document.summary)).toBe(
      '{"create":1,"update":0,"replace":0,"adopt":0,"delete":0,"keep":1,"unmanaged":1,"duplicates":0}',
    )
    expect(renderJsonLine(document.actions)).toBe(
      '[{"kind":"create","provider":"acme-eu","type":"acme","key":"inbound","ids":[],"changes":[{"path":"url","before":null,"after":"https://h.example.com/","effect":"in-place"}]}]',
    )
    expect(document.unmanaged).toEqual([
      { provider: 'acme-eu', type: 'acme', id: '01W', url: 'https://hooks.example.com/01W' },
    ])
    expect(document.calls).toBe(14)
  })

  test('reads as approved for a rich plan', async () => {
    await expect(renderJson(toPlanDocument(aRichPlan()))).toMatchFileSnapshot('snapshots/plan.json.txt')
  })

  test('lists what is kept only when its key moved', () => {
    const plan = aPlan([
      anAccountPlan({ actions: [aLiveAction('keep', 'a'), aLiveAction('keep', 'b', { movedFrom: 'c' })] }),
    ])

    const document = toPlanDocument(plan)

    expect(document.summary.keep).toBe(2)
    expect(document.actions.map(({ key, moved_from }) => ({ key, moved_from }))).toEqual([
      { key: 'b', moved_from: 'c' },
    ])
  })

  test('counts twins without the one that is kept', () => {
    const duplicate = { provider: 'acme-eu', type: 'acme', kept: '1', twins: [aLive('1'), aLive('2'), aLive('3')] }

    const document = toPlanDocument(aPlan([anAccountPlan({ duplicates: [duplicate] })]))

    expect(document.summary.duplicates).toBe(2)
    expect(document.duplicates.flatMap((found) => found.twins.map((twin) => twin.id))).toEqual(['2', '3'])
  })

  test('sorts the findings of all accounts by place', () => {
    const plan = aPlan([anAccountPlan({ diagnostics: [aDiagnostic({ at: { ...at, line: 9 } })] })], {
      diagnostics: [aDiagnostic(), aDiagnostic({ at: { ...at, line: 2 } })],
    })

    expect(toPlanDocument(plan).diagnostics.map((found) => found.at?.line)).toEqual([2, 9, undefined])
  })

  test('keeps what the writer of a plan file must find again', () => {
    const file = toPlanFile(aPlan([]), { tool_version: '0.1.0' })

    expect(file).toMatchObject({ format_version: '1.0', actions: [], extra: { tool_version: '0.1.0' } })
  })

  test('reads back from JSON as it was, and the JSON steers no terminal', () => {
    fc.assert(
      fc.property(anyPlan(), (plan) => {
        const document = toPlanDocument(plan)
        const json = renderJson(document)

        expect(JSON.parse(json)).toEqual(structuredClone(document))
        expect(JSON.parse(renderJsonLine(document))).toEqual(JSON.parse(json))
        expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_C}\u2028\u2029\u{e0000}-\u{e007f}]/u)
      }),
    )
  })

  test.each([
    "https://h.example.com/it's?token=t0ps3cret",
    'https://h.example.com/<b>?token=t0ps3cret',
    'https://h.example.com/?to="a"&api_key=t0ps3cret',
    'receive https://h.example.com/(x).?sig=t0ps3cret',
    'https://h.example.com/a b?token=t0ps3cret',
    'https://h.example.com/?to=https://i.example.com/?token=t0ps3cret',
    'https://me:t0ps3cret@h.example.com/?key=t0ps3cret',
  ])('hides what a live url has behind odd signs: %s', (url) => {
    const text = renderJson(toPlanDocument(aPlan([anAccountPlan({ unmanaged: [aLive(url, url)] })])))

    expect(text).toContain('=[secret]')
    expect(text).not.toContain('t0ps3cret')
  })

  test('is not kept busy by a long live url', () => {
    const url = `https://h.example.com/${`?a=b'`.repeat(100_000)}?token=t0ps3cret`

    expect(maskEveryParameter(url)).not.toContain('b')
    expect(maskEveryParameter(url)).not.toContain('t0ps3cret')
  })

  test('keeps the quotes around a url in a sentence', () => {
    expect(maskEveryParameter('No "https://h.example.com/?a=1", no (https://h.example.com/?b=2).')).toBe(
      'No "https://h.example.com/?a=[secret]", no (https://h.example.com/?b=[secret]).',
    )
  })

  test('holds no secret in any format, also where one hides in an action or a live url', () => {
    const secret = new Secret('t0ps3cret')
    const slot = new SecretSlot({ form: 'ref', ref: 'ref+env://X' }, { value: secret })
    const live = {
      ...aLive('1', 'https://h.example.com/?k=t0ps3cret'),
      fields: { url: 'https://h.example.com/?k=t0ps3cret', signing_secret: secret },
    }
    const desired = aDesired({ url_params: { k: slot }, signing_secret: slot })
    const action = anAction({
      kind: 'update',
      desired,
      objects: [{ op: 'delete', live }],
      changes: [
        aChange('url', 'https://h.example.com/?k=t0ps3cret', 'https://new.example.com/?k=t0ps3cret'),
        { path: 'signing_secret', secret: 'write' },
      ],
    })
    const plan = aPlan([anAccountPlan({ actions: [action], unmanaged: [live] })])

    const outputs = [
      renderJson(toPlanDocument(plan)),
      renderPlanText(plan, { ...plain, verbose: true }),
      renderPlanMarkdown(plan),
      inspect(toPlanDocument(plan), { depth: 9 }),
    ]

    for (const output of outputs) expect(output).not.toContain('t0ps3cret')
    expect(outputs[0]).toContain('https://new.example.com/?k=[secret]')
  })
})
