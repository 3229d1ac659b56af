import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import formatsPlugin from 'ajv-formats'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toDriftDocument } from '../../src/report/drift-document.ts'
import { compareWithHistory } from '../../src/report/drift-history.ts'
import { renderDriftJunit } from '../../src/report/drift-junit.ts'
import { renderDriftMarkdown } from '../../src/report/drift-markdown.ts'
import type { DriftDocument } from '../../src/report/drift-model.ts'
import { renderDriftSarif } from '../../src/report/drift-sarif.ts'
import { renderDriftText } from '../../src/report/drift-text.ts'
import { driftClasses } from '../../src/report/drift-words.ts'
import { renderDriftHtml } from '../../src/report/html/drift-page.ts'
import { renderJson } from '../../src/report/json-text.ts'
import { anyPlan, wildText } from './any-plan.ts'
import { aCalmDocument, aFindingOf, anEventfulDocument, anEventfulReport, aRun } from './build-drift.ts'
import { aDiagnostic, anAccountPlan, aPlan, plain } from './build-plan.ts'
import { parseXml, type XmlElement } from './parse-xml.ts'

const here = import.meta.dirname
const addFormats = formatsPlugin as unknown as (ajv: Ajv) => Ajv
const ajv = addFormats(new Ajv({ allErrors: true, strict: false }))
const isDriftReport = ajv.compile(readJson(join(here, '../../schemas/drift-report.schema.json')))
const isSarif = ajv.compile(withoutDialect(readJson(join(here, 'sarif-schema-2.1.0.json'))))

function readJson(path: string): object {
  return JSON.parse(readFileSync(path, 'utf8')) as object
}

// It is written in draft 4, whose one difference here is how it names itself.
function withoutDialect(schema: object): object {
  const { $schema: _, id, ...rest } = schema as { readonly $schema?: string; readonly id?: string }
  return { $id: id, ...rest }
}

const compared = compareWithHistory(
  anEventfulDocument(),
  { runs: 2, lastRunAt: '2026-03-01T00:00:00.000Z', open: new Map() },
  aRun.at,
)

/** A run whose every text is the same bad one. */
function aHostileDocument(text: string): DriftDocument {
  return toDriftDocument({
    plan: aPlan([anAccountPlan({}, text)], {
      diagnostics: [
        aDiagnostic({ message: text, hint: text, at: { file: text, line: 1, column: 1 } }),
        aDiagnostic({ message: text, provider: `${text}2` }),
      ],
    }),
    findings: driftClasses.map((found) => aFindingOf(text, found)),
    coverage: [{ provider: text, live: 2, managed: 1, scopes: [text] }],
    run: aRun,
  })
}

describe('all formats of one run tell the same numbers', () => {
  const { totals } = compared
  const classes = Object.fromEntries(driftClasses.map((found) => [found, totals.classes[found]]))

  test('which are those of the findings, of every class', () => {
    expect(Object.values(classes).every((count) => count > 0)).toBe(true)
    expect(Object.values(classes).reduce((sum, count) => sum + count)).toBe(compared.drift.length)
  })

  test.each([
    ['text', classesOfText],
    ['JSON', classesOfJson],
    ['Markdown', classesOfMarkdown],
    ['HTML', classesOfHtml],
    ['JUnit', classesOfJunit],
    ['SARIF', classesOfSarif],
  ])('%s', (_, read) => {
    expect(read(compared)).toEqual(classes)
  })

  test('and end in the same line', () => {
    const [line = ''] = renderDriftText(compared, plain).trimEnd().split('\n').slice(-1)

    for (const report of [renderDriftMarkdown(compared), renderDriftHtml(compared), renderDriftSarif(compared)]) {
      expect(report).toContain(line)
    }
  })

  test('and count the same findings as drift', () => {
    const { results } = sarifRun(compared)
    const [suites] = parseXml(renderDriftJunit(compared))
    const failed = all(suites, 'testcase').filter((one) => all(one, 'failure').length > 0)
    const counted = compared.drift.filter((finding) => finding.counted)

    expect(results.filter(({ level }) => level === 'error')).toHaveLength(counted.length)
    expect(failed.map(({ attributes }) => attributes['name'])).toEqual([
      ...new Set(counted.map(({ provider, key }) => `${provider}/${key}`)),
    ])
  })
})

describe('the JSON of a drift report', () => {
  test.each([
    ['with a history', compared],
    ['without drift', aCalmDocument()],
    [
      'of a part of the accounts',
      anEventfulDocument({ run: { ...aRun, narrowed: true, shard: { index: 1, count: 4 } } }),
    ],
    [
      'of files that cannot be used',
      toDriftDocument({ plan: aPlan([], { diagnostics: [aDiagnostic()] }), findings: [] }),
    ],
  ])('meets its published schema: %s', (_, document) => {
    isDriftReport(JSON.parse(renderJson(document)))

    expect(isDriftReport.errors).toBeNull()
  })

  test('meets it whatever vendors and users wrote', () => {
    fc.assert(
      fc.property(anyPlan(), wildText(), (plan, text) => {
        const document = toDriftDocument({ ...anEventfulReport(), plan, findings: [aFindingOf(text, 'changed')] })

        expect(isDriftReport(JSON.parse(renderJson(document))), ajv.errorsText(isDriftReport.errors)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  test('does not meet it with a key that nobody published', () => {
    expect(isDriftReport({ ...JSON.parse(renderJson(compared)), more: 1 })).toBe(false)
  })
})

describe('the SARIF of a drift report', () => {
  test.each([
    ['with every class', compared],
    ['without drift', aCalmDocument()],
    ['that nobody said the run of', toDriftDocument({ plan: aPlan([]), findings: anEventfulReport().findings })],
  ])('meets the schema of OASIS: %s', (_, document) => {
    isSarif(JSON.parse(renderDriftSarif(document)))

    expect(isSarif.errors).toBeNull()
  })

  test('meets it whatever vendors and users wrote', () => {
    fc.assert(
      fc.property(wildText(), (text) => {
        const sarif = renderDriftSarif(aHostileDocument(text))

        expect(isSarif(JSON.parse(sarif)), ajv.errorsText(isSarif.errors)).toBe(true)
        expect(sarif.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u)
      }),
      { numRuns: 40 },
    )
  })

  test('shows each finding on the line that declares its webhook, counted from the root of the repository', () => {
    const { results } = sarifRun(compared)
    const places = results.map((result) => result.locations[0]?.physicalLocation)

    expect(places[1]).toEqual({
      artifactLocation: { uri: 'infra/webhooks.yaml', uriBaseId: '%SRCROOT%' },
      region: { startLine: 20, startColumn: 7 },
    })
    // What is not declared is shown on the line of its account.
    expect(places[7]?.region.startLine).toBe(3)
  })

  test('names a finding the same in another run, and no two the same', () => {
    const names = fingerprintsOf(compared)
    const later = anEventfulReport()
    const again = toDriftDocument({ ...later, findings: later.findings.toReversed(), run: { ...aRun, at: 'later' } })

    expect(new Set(names).size).toBe(names.length)
    expect(new Set(fingerprintsOf(again))).toEqual(new Set(names))
  })

  test('says of every result which rule it breaks', () => {
    const { results, tool } = sarifRun(compared)

    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId)
  })
})

describe('the JUnit of a drift report', () => {
  test('has one test case for each webhook, named by account and key', () => {
    const [suites] = parseXml(renderDriftJunit(compared))

    expect(all(suites, 'testcase').map(({ attributes }) => attributes['name'])).toEqual([
      ...['fine', 'well', 'hidden', 'missing', 'changed', 'disabled', 'rotated', 'in-line', 'orphaned', 'foreign'].map(
        (key) => `acme-eu/${key}`,
      ),
      'acme-eu/undeclared',
      'acme-eu/edited',
      'acme-us/calm',
      'lost',
    ])
  })

  test.each([
    ['with every class', compared],
    ['without drift', aCalmDocument()],
  ])('is built as readers of JUnit expect it: %s', (_, document) => {
    expect(junitFaults(renderDriftJunit(document))).toEqual([])
  })

  test('is so whatever vendors and users wrote', () => {
    fc.assert(
      fc.property(wildText(), (text) => {
        expect(junitFaults(renderDriftJunit(aHostileDocument(text)))).toEqual([])
      }),
      { numRuns: 40, examples: [['\ufffe\uffff\u0000\ud800']] },
    )
  })

  test('shows what is told by a finding that counts as a failure, and by others as a property', () => {
    const [suites] = parseXml(renderDriftJunit(compared))
    const named = (name: string): XmlElement | undefined =>
      all(suites, 'testcase').find(({ attributes }) => attributes['name'] === name)

    expect(all(named('acme-eu/disabled'), 'failure')[0]?.text).toContain('too many failed deliveries')
    expect(all(named('acme-eu/hidden'), 'failure')).toEqual([])
    const [listed] = all(named('acme-eu/hidden'), 'property')
    expect(listed?.attributes['name']).toBe('unknown')
    expect(listed?.attributes['value']?.split('\n')[0]).toBe('acme-eu/hidden  new')
    expect(all(named('lost'), 'error')[0]?.attributes['type']).toBe('HS4002')
  })
})

type Classes = Readonly<Record<string, number>>

function classesOfText(document: DriftDocument): Classes {
  const headings = [...renderDriftText(document, plain).matchAll(/^(\d+) (\w+) {2}/gmu)]
  return Object.fromEntries(headings.map(([, count, found = '']) => [found, Number(count)]))
}

function classesOfJson(document: DriftDocument): Classes {
  return (JSON.parse(renderJson(document)) as DriftDocument).totals.classes
}

function classesOfMarkdown(document: DriftDocument): Classes {
  const text = renderDriftMarkdown(document)
  const rows = [...text.matchAll(/^\| (\w+) \| (\d+) \|/gmu)].filter(([, name = '']) => name !== 'Class')
  const entries = driftClasses.map((found) => text.match(new RegExp(`^- (?:\\*\\*)?${found}\\b`, 'gmu'))?.length ?? 0)
  expect(rows.map(([, , count]) => Number(count))).toEqual(entries)
  return Object.fromEntries(rows.map(([, found = '', count]) => [found, Number(count)]))
}

function classesOfHtml(document: DriftDocument): Classes {
  const page = renderDriftHtml(document)
  const [, data = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/su.exec(page) ?? []
  const { rows, groups } = JSON.parse(data) as { rows: { group: number }[]; groups: { name: string }[] }
  const tiles = [...page.matchAll(/data-group="(\w+)" aria-pressed="false"><b>(\d+)</gu)]
  const counts = groups.map((_, at) => rows.filter(({ group }) => group === at).length)
  expect(tiles.map(([, , count]) => Number(count))).toEqual(counts)
  return Object.fromEntries(tiles.map(([, found = '', count]) => [found, Number(count)]))
}

function classesOfJunit(document: DriftDocument): Classes {
  const properties = all(parseXml(renderDriftJunit(document))[0], 'property').map(({ attributes }) => attributes)
  return Object.fromEntries(
    driftClasses.map((found) => {
      const values = properties.filter(({ name }) => name === `class.${found}`).map(({ value }) => Number(value))
      return [found, values.reduce((sum, value) => sum + value, 0)]
    }),
  )
}

function classesOfSarif(document: DriftDocument): Classes {
  const { results } = sarifRun(document)
  const count = (found: string): number => results.filter(({ ruleId }) => ruleId === `drift/${found}`).length
  return Object.fromEntries(driftClasses.map((found) => [found, count(found)]))
}

interface SarifRun {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } }
  readonly results: readonly {
    readonly ruleId: string
    readonly ruleIndex: number
    readonly level: string
    readonly partialFingerprints: Readonly<Record<string, string>>
    readonly locations: readonly {
      readonly physicalLocation?: {
        readonly artifactLocation: { readonly uri: string }
        readonly region: { readonly startLine: number }
      }
    }[]
  }[]
}

function sarifRun(document: DriftDocument): SarifRun {
  const { runs } = JSON.parse(renderDriftSarif(document)) as { readonly runs: readonly SarifRun[] }
  const [run] = runs
  if (run === undefined) throw new Error('There is no run.')
  return run
}

function fingerprintsOf(document: DriftDocument): readonly (string | undefined)[] {
  return sarifRun(document).results.map((result) => result.partialFingerprints['hooksSync/v1'])
}

function all(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  if (element === undefined) return []
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)])
}

/** What each element of JUnit may hold, in this order, and the attributes it must have. */
const grammar: Readonly<Record<string, { readonly holds: readonly string[]; readonly needs: readonly string[] }>> = {
  testsuites: { holds: ['testsuite'], needs: ['name', 'tests', 'failures', 'errors'] },
  testsuite: { holds: ['properties', 'testcase'], needs: ['name', 'tests', 'failures', 'errors', 'skipped'] },
  testcase: { holds: ['properties', 'failure', 'error'], needs: ['name', 'classname'] },
  properties: { holds: ['property'], needs: [] },
  property: { holds: [], needs: ['name', 'value'] },
  failure: { holds: [], needs: ['message', 'type'] },
  error: { holds: [], needs: ['message', 'type'] },
}

function junitFaults(xml: string): readonly string[] {
  const [root, ...more] = parseXml(xml)
  if (root?.name !== 'testsuites' || more.length > 0) return ['there is no single root']
  return [...faultsOf(root), ...countFaults(root)]
}

function faultsOf(element: XmlElement): readonly string[] {
  const rule = grammar[element.name]
  if (rule === undefined) return [`<${element.name}> is not known`]
  const order = element.children.map(({ name }) => rule.holds.indexOf(name))
  return [
    ...rule.needs
      .filter((name) => element.attributes[name] === undefined)
      .map((name) => `${element.name} lacks ${name}`),
    ...(order.some((at, index) => at < 0 || at < (order[index - 1] ?? 0))
      ? [`${element.name} holds what it must not`]
      : []),
    ...element.children.flatMap(faultsOf),
  ]
}

function countFaults(root: XmlElement): readonly string[] {
  return [root, ...all(root, 'testsuite')].flatMap((suite) => {
    const cases = all(suite, 'testcase')
    const counts = {
      tests: cases.length,
      failures: cases.filter((one) => one.children.some(({ name }) => name === 'failure')).length,
      errors: cases.filter((one) => one.children.some(({ name }) => name === 'error')).length,
    }
    return Object.entries(counts)
      .filter(([name, count]) => suite.attributes[name] !== String(count))
      .map(([name]) => `${suite.name} miscounts ${name}`)
  })
}
