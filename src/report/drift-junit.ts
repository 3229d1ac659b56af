import type { DriftAccountDocument, DriftDocument, DriftFindingDocument } from './drift-model.ts'
import { pathInRepository } from './drift-run.ts'
import { renderFinding } from './drift-text.ts'
import { driftClasses, driftWords } from './drift-words.ts'
import { escapeXml, escapeXmlAttribute } from './escape-xml.ts'
import { groupByProvider } from './group-by-provider.ts'
import { sum } from './summary.ts'

/** One webhook as a test: it fails where something is found that counts. */
interface TestCase {
  readonly name: string
  readonly findings: readonly DriftFindingDocument[]
}

const plain = { color: false, width: 120 }

/** Renders a drift report as JUnit XML: a suite for each account, a test case for each webhook. */
export function renderDriftJunit(document: DriftDocument): string {
  const groups = groupByProvider(document.drift)
  const suites = document.accounts.map((account) => {
    const cases = listCases(account, groups.get(account.provider) ?? [])
    return { account, cases, failed: cases.filter(isFailed).length }
  })
  const totals = {
    tests: sum(suites.map(({ account, cases }) => cases.length + (account.read ? 0 : 1))),
    failures: sum(suites.map(({ failed }) => failed)),
    errors: suites.filter(({ account }) => !account.read).length,
  }
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${attributes({ name: 'hooks-sync drift', ...totals })}>
${suites.map(({ account, cases, failed }) => renderSuite(document, account, cases, failed)).join('')}</testsuites>
`
}

function listCases(account: DriftAccountDocument, findings: readonly DriftFindingDocument[]): readonly TestCase[] {
  const byName = new Map<string, DriftFindingDocument[]>()
  if (account.read) for (const key of account.in_line) byName.set(key, [])
  for (const finding of findings) {
    const name = finding.key ?? finding.id ?? ''
    const found = byName.get(name)
    if (found === undefined) byName.set(name, [finding])
    else found.push(finding)
  }
  return [...byName].map(([name, found]) => ({ name: `${account.provider}/${name}`, findings: found }))
}

function isFailed({ findings }: TestCase): boolean {
  return findings.some(({ counted }) => counted)
}

function renderSuite(
  document: DriftDocument,
  account: DriftAccountDocument,
  cases: readonly TestCase[],
  failures: number,
): string {
  const { run } = document
  const counts = { tests: cases.length + (account.read ? 0 : 1), failures, errors: account.read ? 0 : 1, skipped: 0 }
  const times = run === undefined ? {} : { timestamp: run.finished_at.replace(/\.\d+Z$/u, '') }
  const body = account.read
    ? `${renderProperties(propertiesOf(account))}${cases.map((one) => renderCase(document, account.provider, one)).join('')}`
    : renderUnread(document, account.provider)
  return `<testsuite ${attributes({ name: account.provider, ...counts, ...times })}>\n${body}</testsuite>\n`
}

type Properties = readonly (readonly [name: string, value: string])[]

function propertiesOf(account: Extract<DriftAccountDocument, { readonly read: true }>): Properties {
  const { live, managed, classes } = account
  return [
    ...(live === undefined ? [] : [['live', String(live)] as const]),
    ...(managed === undefined ? [] : [['managed', String(managed)] as const]),
    ...driftClasses.map((found) => [`class.${found}`, String(classes[found] ?? 0)] as const),
  ]
}

function renderUnread({ diagnostics }: DriftDocument, provider: string): string {
  const texts = diagnostics.filter((found) => found.provider === provider && found.severity === 'error')
  const [first] = texts
  const about = { message: first?.message ?? 'could not be read', type: first?.code ?? 'error' }
  const words = texts.map(({ code, message, hint = '' }) => `${code} ${message} ${hint}`.trim()).join('\n')
  return `<testcase ${attributes({ name: provider, classname: provider })}>
<error ${attributes(about)}>${escapeXml(words)}</error>
</testcase>
`
}

function renderCase(document: DriftDocument, classname: string, { name, findings }: TestCase): string {
  const at = findings.find((finding) => finding.at !== undefined)?.at
  const place = at === undefined ? {} : { file: pathInRepository(document.run, at.file), line: at.line }
  const head = `<testcase ${attributes({ name, classname, ...place })}`
  if (findings.length === 0) return `${head}/>\n`
  const counted = findings.filter((finding) => finding.counted)
  const listed = findings.filter((finding) => !finding.counted)
  const properties = listed.map((finding) => [finding.class, describe(finding)] as const)
  return `${head}>\n${renderProperties(properties)}${renderFailure(counted)}</testcase>\n`
}

function renderProperties(properties: Properties): string {
  if (properties.length === 0) return ''
  const items = properties.map(([name, value]) => `<property ${attributes({ name, value })}/>\n`)
  return `<properties>\n${items.join('')}</properties>\n`
}

/** Readers of JUnit take one failure of a test: it tells all. */
function renderFailure(counted: readonly DriftFindingDocument[]): string {
  const [first] = counted
  if (first === undefined) return ''
  const classes = [...new Set(counted.map((finding) => finding.class))]
  const message = classes.map((found) => `${found}: ${driftWords[found].means}`).join('; ')
  return `<failure ${attributes({ message, type: first.class })}>${escapeXml(counted.map(describe).join('\n'))}</failure>\n`
}

function describe(finding: DriftFindingDocument): string {
  return renderFinding(finding, plain)
    .map((line) => line.trim())
    .join('\n')
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escapeXmlAttribute(String(value))}"`)
    .join(' ')
}
