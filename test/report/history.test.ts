import { describe, expect, test } from 'vitest'
import { toDriftDocument } from '../../src/report/drift-document.ts'
import {
  compareWithHistory,
  type DriftHistory,
  foldHistory,
  type HistoryLine,
  toHistoryLine,
} from '../../src/report/drift-history.ts'
import type { DriftDocument } from '../../src/report/drift-model.ts'
import { parseHistoryLine } from '../../src/report/parse-history.ts'
import { anEventfulDocument, aRun } from './build-drift.ts'
import { aChange, aDiagnostic, aFinding, aLive, aLiveAction, anAccountPlan, aPlan } from './build-plan.ts'

const nothing: DriftHistory = { runs: 0, open: new Map() }
const first = '2026-03-01T00:00:00.000Z'
const second = '2026-03-02T00:00:00.000Z'
const third = '2026-03-03T00:00:00.000Z'

/** A run over one account; `keys` drift in their description from what is live. */
function aRunOf(
  keys: readonly string[],
  { live = 'was', ...run }: { readonly live?: string } & Partial<typeof aRun> = {},
): DriftDocument {
  const declared = ['a', 'b', 'c']
  const actions = declared.map((key) => aLiveAction('keep', key))
  return toDriftDocument({
    plan: aPlan([anAccountPlan({ actions })]),
    findings: keys.map((key) => aFinding({ key, changes: [aChange('description', live, 'is')] })),
    run: { ...aRun, ...run },
  })
}

/** Runs one after the other, each against the lines of those before. */
function runAll(runs: readonly (readonly [document: DriftDocument, at: string])[]): {
  readonly last: DriftDocument
  readonly lines: readonly HistoryLine[]
} {
  const lines: HistoryLine[] = []
  let last = compareWithHistory(aRunOf([]), nothing, first)
  for (const [document, at] of runs) {
    last = compareWithHistory(document, foldHistory(lines), at)
    const line = parseHistoryLine(JSON.stringify(toHistoryLine(last, at)))
    if (line === undefined) throw new Error('A line does not read back.')
    lines.push(line)
  }
  return { last, lines }
}

const states = ({ drift }: DriftDocument): readonly string[] =>
  drift.map(({ key = '', state = '', first_seen = '' }) => `${key} ${state} ${first_seen.slice(0, 10)}`)
const resolved = ({ history }: DriftDocument): readonly (string | undefined)[] =>
  (history?.resolved ?? []).map(({ key, id }) => key ?? id)

describe('a history tells', () => {
  test('what is new, what is known since when, and what is resolved', () => {
    const { last } = runAll([
      [aRunOf(['a', 'b']), first],
      [aRunOf(['b', 'c']), second],
    ])

    expect(states(last)).toEqual(['b known 2026-03-01', 'c new 2026-03-02'])
    expect(last.history).toMatchObject({ runs: 1, last_run_at: first, new: 1, known: 1 })
    expect(resolved(last)).toEqual(['a'])
  })

  test('a finding as new that is there again, or that became another one', () => {
    const again = runAll([
      [aRunOf(['a']), first],
      [aRunOf([]), second],
      [aRunOf(['a']), third],
    ])
    const other = runAll([
      [aRunOf(['a']), first],
      [aRunOf(['a'], { live: 'another' }), second],
    ])

    expect(states(again.last)).toEqual(['a new 2026-03-03'])
    expect(states(other.last)).toEqual(['a new 2026-03-02'])
    expect(resolved(other.last)).toEqual([])
  })

  test('only of what a run has looked at that it is resolved', () => {
    const others = { plan: aPlan([anAccountPlan({}, 'other')]), findings: [] }
    const unread = aDiagnostic({ severity: 'error', provider: 'acme-us' })
    const elsewhere = [
      toDriftDocument({ ...others, run: { ...aRun, shard: { index: 2, count: 2 } } }),
      toDriftDocument({ ...others, run: { ...aRun, narrowed: true } }),
      toDriftDocument({ ...others, run: { ...aRun, files: ['others.yaml'] } }),
      toDriftDocument({ ...others, plan: aPlan([], { diagnostics: [unread] }), run: aRun }),
    ]
    const narrowed = toDriftDocument({
      plan: aPlan([anAccountPlan({ actions: [aLiveAction('keep', 'b')] })]),
      findings: [],
      run: { ...aRun, narrowed: true },
    })

    const after = (document: DriftDocument): readonly (string | undefined)[] =>
      resolved(
        runAll([
          [aRunOf(['a', 'b']), first],
          [document, second],
        ]).last,
      )
    expect(elsewhere.map(after)).toEqual([[], [], [], []])
    expect(after(narrowed)).toEqual(['b'])
  })

  test('an account as resolved that is declared no more, and only by a run of the same files', () => {
    const without = toDriftDocument({ plan: aPlan([anAccountPlan({}, 'other')]), findings: [], run: aRun })
    const ofOthers = { ...without, run: { ...aRunOf([]).run, files: ['others.yaml'] } } as DriftDocument

    const { last, lines } = runAll([
      [aRunOf(['a', 'b']), first],
      [ofOthers, second],
      [without, third],
    ])

    expect(resolved(last)).toEqual(['a', 'b'])
    expect(lines.map(({ resolved: gone }) => gone.length)).toEqual([0, 0, 2])
    expect(foldHistory(lines).open.size).toBe(0)
  })

  test('nothing of a scope that was not listed', () => {
    const found = { ...aFinding({ class: 'unmanaged', id: 'x', scope: 'app-1' }), key: undefined }
    const { key: _, ...unmanaged } = found
    const run = (scopes: readonly string[], isThere: boolean): DriftDocument =>
      toDriftDocument({
        plan: aPlan([anAccountPlan({ unmanaged: isThere ? [aLive('x')] : [] })]),
        findings: isThere ? [unmanaged] : [],
        coverage: [{ provider: 'acme-eu', live: 1, managed: 0, scopes }],
        run: aRun,
      })

    expect(
      resolved(
        runAll([
          [run(['app-1'], true), first],
          [run(['app-2'], false), second],
        ]).last,
      ),
    ).toEqual([])
    expect(
      resolved(
        runAll([
          [run(['app-1'], true), first],
          [run(['app-1'], false), second],
        ]).last,
      ),
    ).toEqual(['x'])
  })

  test('the same after runs side by side that wrote the same', () => {
    const { lines } = runAll([[anEventfulDocument(), first]])
    const twice = foldHistory([...lines, ...lines])

    expect(twice.open).toEqual(foldHistory(lines).open)
  })
})

describe('a line of the history', () => {
  test('is short where nothing changed', () => {
    const { lines } = runAll([
      [anEventfulDocument(), first],
      [anEventfulDocument(), second],
    ])

    expect(lines[0]?.new).toHaveLength(11)
    expect(lines[1]).toMatchObject({ new: [], resolved: [], counted: 7, unread: ['lost'] })
  })

  test('holds no value of a field, and no secret parameter', () => {
    const { lines } = runAll([[anEventfulDocument(), first]])

    expect(JSON.stringify(lines)).not.toMatch(/t0ps3cret|hooks\.example\.com|too many/u)
  })

  test.each([
    '',
    '{}',
    '[]',
    'null',
    '{"hooks_sync_history":2,"at":"","new":[],"resolved":[]}',
    '{"hooks_sync_history":1,"at":"","new":[{}],"resolved":[]}',
    '{"hooks_sync_history":1,"at":"","new":[],"resolved":[1]}',
  ])('is not %s', (text) => {
    expect(parseHistoryLine(text)).toBeUndefined()
  })
})
