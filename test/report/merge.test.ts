import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DriftFinding } from '../../src/core/drift.ts'
import type { AccountPlan } from '../../src/core/plan.ts'
import { type DriftReport, toDriftDocument } from '../../src/report/drift-document.ts'
import { compareWithHistory, foldHistory } from '../../src/report/drift-history.ts'
import type { DriftDocument } from '../../src/report/drift-model.ts'
import { renderJson } from '../../src/report/json-text.ts'
import { mergeDriftReports } from '../../src/report/merge-drift.ts'
import type { DriftPart } from '../../src/report/merge-faults.ts'
import { parseDriftDocument } from '../../src/report/merge-parse.ts'
import { isInShard } from '../../src/run/selection.ts'
import { anEventfulReport, aRun } from './build-drift.ts'
import { aChange, aDiagnostic, aFinding, aLive, aLiveAction, anAccountPlan, anAction, aPlan } from './build-plan.ts'

const shards = 16
const accountsPerShard = 1000

test(`the reports of ${shards} shards of ${accountsPerShard} accounts merge to that of one run`, () => {
  const accounts = Array.from({ length: shards * accountsPerShard }, (_, at) => anyAccount(at))
  const whole = reportOf(accounts)

  const parts = Array.from({ length: shards }, (_, at) => {
    const shard = { index: at + 1, count: shards }
    const document = reportOf(
      accounts.filter(({ plan, name }) => isInShard(plan?.account.name ?? name, shard)),
      shard,
    )
    return { name: `shard-${at + 1}.json`, document: parsed(renderJson(document)) }
  })
  const merged = mergeDriftReports(parts.toReversed())

  expect(whole.totals).toMatchObject({ accounts: 16_000, unread_accounts: 160 })
  expect(renderJson(merged)).toBe(renderJson(whole))
})

test('however accounts are split, their reports merge to the same', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4), { minLength: 1, maxLength: 30 }), fc.nat(200), (partOf, from) => {
      const accounts = partOf.map((_, at) => anyAccount(from + at))
      const parts = [...new Set(partOf)].map((part) => ({
        name: `${part}.json`,
        document: reportOf(accounts.filter((_, at) => partOf[at] === part)),
      }))

      expect(mergeDriftReports(parts)).toEqual(reportOf(accounts))
    }),
    { numRuns: 50 },
  )
})

test('a report of every kind of finding comes back from its JSON as it was', () => {
  const document = toDriftDocument(anEventfulReport())

  expect(mergeDriftReports([{ name: 'one.json', document: parsed(renderJson(document)) }])).toEqual(document)
})

test('what was new to the history of each shard is new to the whole', () => {
  const history = foldHistory([])
  const parts = twoParts().map(({ name, document }) => ({
    name,
    document: compareWithHistory(document, history, aRun.at),
  }))

  const merged = mergeDriftReports(parts)

  expect(merged.history).toEqual({ runs: 0, new: merged.drift.length, known: 0, resolved: [] })
})

test('what was read of the files is told of all parts together', () => {
  const [a, b] = twoParts()
  const filesOf = (...files: readonly (readonly string[] | undefined)[]): readonly string[] | undefined => {
    const parts = [present(a), present(b)].map((part, at) => {
      const read = files[at]
      return change(part, { run: { ...runOf(part), ...(read === undefined ? {} : { files: read }) } })
    })
    return mergeDriftReports(parts).run?.files
  }

  expect(filesOf(['b.yaml', 'c.yaml'], ['a.yaml', 'b.yaml'])).toEqual(['a.yaml', 'b.yaml', 'c.yaml'])
  expect(filesOf(['a.yaml'], undefined)).toBeUndefined()
})

test('what is wrong with the files is told once, though each shard tells it', () => {
  const warning = aDiagnostic({ code: 'HS1016', severity: 'warning', message: 'Twice.' })
  const parts = twoParts({ diagnostics: [warning, warning] })

  expect(mergeDriftReports(parts).diagnostics.map(({ message }) => message)).toEqual(['Twice.', 'Twice.'])
})

test.each<readonly [string, (parts: readonly DriftPart[]) => readonly DriftPart[], RegExp]>([
  [
    'of another format',
    ([a, b]) => [change(a, { format_version: '2.0' as '1.0' }), present(b)],
    /^1\.json has the format version 2\.0/u,
  ],
  [
    'of another version of hooks-sync',
    ([a, b]) => [present(a), change(b, { run: { ...runOf(b), tool_version: '9.9.9' } })],
    /^2\.json was made with another version of hooks-sync than 1\.json\.$/u,
  ],
  [
    'of another revision',
    ([a, b]) => [
      present(a),
      change(b, { run: { ...runOf(b), repository: { url: 'https://github.com/acme/hooks', revision: 'fffffff' } } }),
    ],
    /^2\.json was made with another revision of the files/u,
  ],
  [
    'that counted other classes',
    ([a, b]) => [present(a), change(b, { counted_classes: ['missing'] })],
    /^2\.json was made with other classes that count as drift/u,
  ],
  [
    'with the accounts of another',
    ([a, b]) => [present(a), change(b, { accounts: present(a).document.accounts })],
    /^The account acme-1 is in 1\.json and in 2\.json\.$/u,
  ],
  [
    'that are the same shard',
    ([a, b]) => [present(a), change(b, { run: { ...runOf(b), shard: { index: 1, count: 2 } } })],
    /^1\.json and 2\.json are both shard 1 of 2\. The reports of 1 of 2 shards are missing: 2\.$/u,
  ],
  ['of a shard that misses the others', ([a]) => [present(a)], /^The reports of 1 of 2 shards are missing: 2\.$/u],
  [
    'of shards that were counted otherwise',
    ([a, b]) => [present(a), change(b, { run: { ...runOf(b), shard: { index: 2, count: 3 } } })],
    /^2\.json is one of 3 shards, 1\.json one of 2\.$/u,
  ],
  ['where there is none', () => [], /^There is no report to merge\.$/u],
])('refuses reports %s', (_, broken, message) => {
  expect(() => mergeDriftReports(broken(twoParts()))).toThrow(message)
})

test.each([
  ['no JSON', '{', 'it is no JSON report of drift'],
  ['a plan', renderJson({ ...parsedEventful(), command: 'plan' }), 'it is no JSON report of drift'],
  ['a finding without its class', edited('drift[2].class'), 'drift[2].class is not as drift writes it'],
  ['a risk that is none', edited('drift[1].apply.risk', 'huge'), 'drift[1].apply.risk is not as drift writes it'],
  ['an account that is a text', edited('accounts[0]', 'x'), 'accounts[0] is not as drift writes it'],
  [
    'a link to a script',
    edited('run.repository.url', 'javascript:alert(1)'),
    'run.repository.url is not as drift writes it',
  ],
  [
    'values without a bottom',
    renderJson(parsedEventful()).replace('"before": ', `"before": ${'['.repeat(99_999)}${']'.repeat(99_999)}, "x": `),
    'it is nested deeper than drift writes it',
  ],
])('does not take %s for a report', (_, text, fault) => {
  expect(parseDriftDocument(text)).toBe(fault)
})

interface AnyAccount {
  readonly name: string
  /** Absent where it could not be read. */
  readonly plan?: AccountPlan
  readonly findings: readonly DriftFinding[]
}

/** Accounts in which different things are wrong; names sort in another order than numbers. */
function anyAccount(at: number): AnyAccount {
  const name = `acme-${at}`
  if (at % 100 === 7) return { name, findings: [] }
  const actions = [
    aLiveAction('keep', 'fine', { provider: name }),
    ...(at % 3 === 0 ? [anAction({ key: 'missing', provider: name })] : []),
    ...(at % 5 === 0
      ? [aLiveAction('update', 'changed', { provider: name, changes: [aChange('events', [], ['a'])] })]
      : []),
  ]
  const warnings =
    at % 50 === 0 ? [aDiagnostic({ severity: 'warning', provider: name, message: `${name} is slow.` })] : []
  const unmanaged = at % 4 === 0 ? [aLive('foreign')] : []
  return {
    name,
    plan: { ...anAccountPlan({ actions, unmanaged, diagnostics: warnings }, name) },
    findings: [
      ...(at % 3 === 0 ? [aFinding({ class: 'missing', key: 'missing', provider: name })] : []),
      ...(at % 5 === 0 ? [aFinding({ key: 'changed', provider: name, changes: [aChange('events', [], ['a'])] })] : []),
    ],
  }
}

function reportOf(
  accounts: readonly AnyAccount[],
  shard?: { readonly index: number; readonly count: number },
): DriftDocument {
  const sorted = accounts.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const everywhere = aDiagnostic({ code: 'HS1016', severity: 'warning', message: 'The files say it.' })
  const failures = sorted
    .filter(({ plan }) => plan === undefined)
    .map(({ name }) => aDiagnostic({ code: 'HS4002', provider: name, message: `${name} cannot be read.` }))
  const plans = sorted.flatMap(({ plan }) => plan ?? [])
  return toDriftDocument({
    plan: aPlan(plans, { diagnostics: [everywhere, ...failures], calls: accounts.length * 2 }),
    findings: sorted.flatMap(({ findings }) => findings),
    coverage: plans.map(({ account }) => ({ provider: account.name, live: 2, managed: 1 })),
    run: { ...aRun, ...(shard === undefined ? {} : { shard }) },
  })
}

function twoParts(plan: Partial<DriftReport['plan']> = {}): readonly DriftPart[] {
  return [1, 2].map((index) => {
    const { name, findings, plan: account } = anyAccount(index * 15 + (index === 1 ? -14 : 0))
    return {
      name: `${index}.json`,
      document: toDriftDocument({
        plan: aPlan(account === undefined ? [] : [account], plan),
        findings,
        coverage: [{ provider: name, live: 1, managed: 1 }],
        run: { ...aRun, shard: { index, count: 2 } },
      }),
    }
  })
}

function present(part: DriftPart | undefined): DriftPart {
  if (part === undefined) throw new Error('There is no such part.')
  return part
}

function change(part: DriftPart | undefined, changes: Partial<DriftDocument>): DriftPart {
  const { name, document } = present(part)
  return { name, document: { ...document, ...changes } }
}

function runOf(part: DriftPart | undefined): NonNullable<DriftDocument['run']> {
  const { run } = present(part).document
  if (run === undefined) throw new Error('The part tells no run.')
  return run
}

function parsed(text: string): DriftDocument {
  const document = parseDriftDocument(text)
  if (typeof document === 'string') throw new Error(document)
  return document
}

function parsedEventful(): DriftDocument {
  return parsed(renderJson(toDriftDocument(anEventfulReport())))
}

/** The JSON of a report with one place of it changed, or gone. */
function edited(place: string, value?: string): string {
  const document = parsedEventful()
  const steps = place.split(/[.[\]]+/u).filter((step) => step !== '')
  const last = steps.pop() ?? ''
  let at: Record<string, unknown> = document as unknown as Record<string, unknown>
  for (const step of steps) at = at[step] as Record<string, unknown>
  if (value === undefined) delete at[last]
  else at[last] = value
  return renderJson(document)
}
