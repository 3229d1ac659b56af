import { createHash } from 'node:crypto'
import { type Code, codes } from '../core/codes.ts'
import type { Position } from '../core/diagnostic.ts'
import type { DiagnosticDocument } from './diagnostic-document.ts'
import { groundedChanges } from './drift-document.ts'
import type { DriftDocument, DriftFindingDocument, DriftRunDocument } from './drift-model.ts'
import { encodePart, pathInRepository } from './drift-run.ts'
import { renderDriftLine } from './drift-totals.ts'
import { driftClasses, driftWords, renderRemedy, renderRisk, renderSince } from './drift-words.ts'
import { renderJson } from './json-text.ts'
import { safeText } from './safe-text.ts'
import { foundSecretWords } from './secret-text.ts'
import { renderValue } from './value-text.ts'

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/** Renders a drift report as SARIF 2.1.0, each finding on the line that declares its webhook. */
export function renderDriftSarif(document: DriftDocument): string {
  const { run, counted_classes, totals, diagnostics } = document
  const noted = diagnostics.filter(({ at }) => at !== undefined)
  const driver = {
    name: 'hooks-sync',
    ...(run === undefined ? {} : { semanticVersion: run.tool_version }),
    rules: [
      ...driftClasses.map((found) => ruleOf(found, counted_classes.includes(found))),
      ...[...new Set(noted.map(({ code }) => code))].toSorted().map(ruleOfCode),
    ],
  }
  const ruleAt = new Map(driver.rules.map(({ id }, at) => [id, at]))
  const placeOf = findPlaces(document)
  const results = [
    ...document.drift.map((finding) => resultOf(finding, placeOf(finding), run)),
    ...noted.map((found) => resultOfDiagnostic(found, run)),
  ]
  return renderJson({
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: { driver },
        automationDetails: {
          id: `hooks-sync/drift/${run?.shard === undefined ? '' : `${run.shard.index}-of-${run.shard.count}/`}`,
        },
        ...provenance(run),
        columnKind: 'utf16CodeUnits',
        invocations: [invocation(document)],
        results: results.map((result) => ({ ...result, ruleIndex: ruleAt.get(result.ruleId) ?? -1 })),
        properties: { summary: renderDriftLine(document), totals },
      },
    ],
  })
}

function ruleOf(found: (typeof driftClasses)[number], counts: boolean) {
  const { means, remedy } = driftWords[found]
  return {
    id: `drift/${found}`,
    name: `Webhook${found.charAt(0).toUpperCase()}${found.slice(1)}`,
    shortDescription: { text: `A webhook is ${found === 'secret' ? 'signed with another secret' : found}.` },
    fullDescription: { text: `${capitalize(means)}.` },
    help: { text: `${capitalize(means)}. ${capitalize(remedy)}.` },
    defaultConfiguration: { level: counts ? 'error' : 'note' },
    properties: { tags: ['drift', 'webhooks'] },
  }
}

function ruleOfCode(code: string) {
  const text = codes[code as Code] ?? code
  return {
    id: code,
    name: code,
    shortDescription: { text },
    fullDescription: { text },
    help: { text },
    defaultConfiguration: { level: 'warning' },
    properties: { tags: ['configuration', 'webhooks'] },
  }
}

interface Result {
  readonly ruleId: string
  readonly [name: string]: unknown
}

function resultOf(finding: DriftFindingDocument, at: Position | undefined, run: DriftRunDocument | undefined): Result {
  const name = `${finding.provider}/${finding.key ?? finding.id ?? ''}`
  return {
    ruleId: `drift/${finding.class}`,
    level: finding.counted ? 'error' : 'note',
    message: { text: sarifText(describe(finding, name)) },
    locations: [
      {
        ...(at === undefined ? {} : physical(at, run)),
        logicalLocations: [{ fullyQualifiedName: safeText(name), kind: 'resource' }],
      },
    ],
    partialFingerprints: fingerprints(finding.fingerprint),
    properties: {
      risk: finding.apply.risk,
      ...(finding.state === undefined ? {} : { state: finding.state }),
      ...(finding.first_seen === undefined ? {} : { firstSeen: finding.first_seen }),
    },
  }
}

/**
 * Shows a finding where its webhook is declared, or else its account, or else where the files begin: code scanning drops
 * what has no place.
 */
function findPlaces(document: DriftDocument): (finding: DriftFindingDocument) => Position | undefined {
  const { accounts, drift, diagnostics } = document
  const declared = accounts.flatMap((account) =>
    account.read && account.at !== undefined ? [[account.provider, account.at] as const] : [],
  )
  const places = new Map(declared)
  const first = declared[0]?.[1] ?? [...drift, ...diagnostics].find(({ at }) => at !== undefined)?.at
  const top = first === undefined ? undefined : { file: first.file, line: 1, column: 1 }
  return ({ at, provider }) => at ?? places.get(provider) ?? top
}

function describe(finding: DriftFindingDocument, name: string): string {
  const { class: found, reason } = finding
  const since = renderSince(finding)
  const changes = groundedChanges(finding).map((change) =>
    'secret' in change
      ? `${change.path} ${foundSecretWords(change)}`
      : `${change.path}: live ${renderValue(change.before)}, declared ${renderValue(change.after)}`,
  )
  return [
    `${name} is ${found === 'secret' ? 'out of line in what is secret' : found}: ${driftWords[found].means}.`,
    ...(changes.length === 0 ? [] : [`${changes.join('; ')}.`]),
    ...(since === undefined ? [] : [`${capitalize(since)}.`]),
    ...(reason === undefined ? [] : [`The vendor says: ${reason}.`]),
    `Apply: ${renderRemedy(finding)}; ${renderRisk(finding.apply)}.`,
  ].join(' ')
}

function resultOfDiagnostic(found: DiagnosticDocument, run: DriftRunDocument | undefined): Result {
  const { code, severity, message, hint, at } = found
  const subject = [code, at?.file, found.provider, found.key, message]
  return {
    ruleId: code,
    level: severity,
    message: { text: sarifText(hint === undefined ? message : `${message} ${hint}`) },
    locations: at === undefined ? [] : [physical(at, run)],
    partialFingerprints: fingerprints(createHash('sha256').update(JSON.stringify(subject)).digest('hex').slice(0, 32)),
  }
}

/** Code scanning goes by the second one, and by the text of the line where it is missing. */
function fingerprints(name: string): Readonly<Record<string, string>> {
  return { 'hooksSync/v1': name, primaryLocationLineHash: `${name}:1` }
}

function physical({ file, line, column }: Position, run: DriftRunDocument | undefined) {
  const path = pathInRepository(run, file)
  const uri = path.split('/').map(encodePart).join('/')
  const artifactLocation = path.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: '%SRCROOT%' }
  return { physicalLocation: { artifactLocation, region: { startLine: line, startColumn: column } } }
}

function provenance(run: DriftRunDocument | undefined) {
  if (run?.repository === undefined) return {}
  const { url, revision } = run.repository
  return {
    versionControlProvenance: [{ repositoryUri: url, revisionId: revision, mappedTo: { uriBaseId: '%SRCROOT%' } }],
  }
}

/** What belongs to no place in the files is told of the run as a whole. */
function invocation({ diagnostics, run, totals }: DriftDocument) {
  const notes = diagnostics.filter(({ at }) => at === undefined)
  return {
    executionSuccessful: diagnostics.every(({ severity }) => severity !== 'error'),
    exitCodeDescription: totals.counted > 0 ? 'drift found' : 'no drift',
    ...(run === undefined ? {} : { endTimeUtc: run.finished_at }),
    toolExecutionNotifications: notes.map(({ code, severity, message, hint }) => ({
      descriptor: { id: code },
      level: severity,
      message: { text: sarifText(hint === undefined ? message : `${message} ${hint}`) },
    })),
  }
}

/** In messages of SARIF a pair of brackets with a target is a link, and a number in braces a placeholder. */
function sarifText(text: string): string {
  return safeText(text)
    .replace(/\]\(/gu, '] (')
    .replace(/\{(?=\d+\})/gu, '{ ')
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
