import { dirname, relative, resolve } from 'node:path'
import { compareText, type Diagnostic, sortDiagnostics } from '../core/diagnostic.ts'
import type { PlainValue } from '../core/value.ts'
import { fieldNames } from './field-names.ts'
import { Findings } from './findings.ts'
import type { DeclaredStore, DeclaredText, LoadedProject, ProjectOptions } from './project.ts'
import { type AccountPart, readAccounts } from './read-accounts.ts'
import { isPlainMap } from './read-fields.ts'
import { fillOption, readNamed, readRoot, readStores } from './read-root.ts'
import { readSecret } from './read-secret.ts'
import { readTree } from './read-tree.ts'
import type { DeclaredSecret, Reading } from './reading.ts'
import type { FindingsOf } from './report-twins.ts'
import type { SourceFile } from './source-file.ts'
import type { Path, SourceTree } from './source-tree.ts'
import { makeTextFiller } from './text-filler.ts'

/** Turns the text of files into desired webhooks; everything that is wrong with them is reported at once. */
export function loadProject(files: readonly SourceFile[], options: ProjectOptions): LoadedProject {
  const trees = files.toSorted((a, b) => compareText(a.name, b.name)).map(readTree)
  const secrets: DeclaredSecret[] = []
  const readings = makeReadings(trees, secrets, options)
  const parts = readings.map(readPart)
  const ledger = onlyOne(parts, 'ledger', readLedger)
  const fingerprintKey = onlyOne(parts, 'fingerprint_key', readFingerprintKey)
  const stores = readAllStores(parts)
  const baseDir = trees.map((tree) => tree.file.baseDir).toSorted(compareText)[0] ?? resolve('.')
  const ledgerDirectory = options.ledgerDirectory ?? directoryOf(ledger, baseDir)
  const accounts = readAccounts(accountParts(parts), {
    definitions: options.definitions,
    fileName: (file) => ledgerName(file, ledgerDirectory),
    maxWebhooks: options.maxWebhooks ?? 200_000,
    isOverruled: (file, id) => options.instead?.ids.has(id) === true && file.name !== options.instead.file,
    isComplete: parts.every((part) => part.root !== undefined),
  })
  return {
    accounts: accounts.loaded,
    stores,
    ...(ledger === undefined ? {} : { ledger }),
    ...(fingerprintKey === undefined ? {} : { fingerprintKey }),
    secrets,
    files: trees.map((tree) => tree.file.name),
    ledgerFiles: trees.map((tree) => ledgerName(tree.file, ledgerDirectory)),
    baseDir,
    diagnostics: distinct(sortDiagnostics(readings.flatMap((reading) => reading.findings.diagnostics))),
    place: (path, part) => findPlace(path, parts, accounts.findingsOf)?.place(path, part),
  }
}

type PlainMap = { readonly [key: string]: PlainValue }

/** What one file holds. */
interface FilePart {
  readonly reading: Reading
  /** Undefined where the file could not be read as a map. */
  readonly root: PlainMap | undefined
}

function makeReadings(
  trees: readonly SourceTree[],
  secrets: DeclaredSecret[],
  options: ProjectOptions,
): readonly Reading[] {
  const fill = makeTextFiller({
    env: options.env,
    vars: options.vars,
    allowedEnv: options.allowedEnv,
    onlyAllowedEnv: options.onlyAllowedEnv === true,
    credentialNames: new Set(trees.flatMap((tree) => [...tree.envNames, ...storeVariables(tree)])),
  })
  const names = fieldNames(options.definitions)
  return trees.map((tree) => ({
    findings: new Findings(tree, names),
    fill,
    validators: options.validators,
    allowUnknownEvents: options.allowUnknownEvents,
    title: '',
    checkReference: options.checkReference ?? (() => undefined),
    secrets,
  }))
}

/** Lists the environment variables that stores name in settings such as `token_env`. */
function storeVariables(tree: SourceTree): readonly string[] {
  const names: string[] = []
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      if (key.endsWith('_env') && typeof inner === 'string') names.push(inner)
      visit(inner)
    }
  }
  if (isPlainMap(tree.root)) visit(tree.root['stores'])
  return names
}

function readPart(reading: Reading): FilePart {
  return { reading, root: readRoot(reading.findings) }
}

function accountParts(parts: readonly FilePart[]): readonly AccountPart[] {
  return parts.flatMap(({ reading, root }) =>
    readNamed(root?.['providers'], ['providers'], 'an account', reading.findings).map(([name, value]) => ({
      name,
      value,
      reading,
    })),
  )
}

type RootText = 'ledger' | 'fingerprint_key'

/** Reads what may stand in one file only; a second one is an error that names the first. */
function onlyOne(
  parts: readonly FilePart[],
  key: RootText,
  read: (value: PlainValue, reading: Reading) => string | undefined,
): DeclaredText | undefined {
  const [first, ...others] = parts.filter(({ root }) => root !== undefined && Object.hasOwn(root, key))
  if (first === undefined) return undefined
  const at = first.reading.findings.position([key])
  for (const { reading } of others) {
    const message = `${key} stands twice, first at ${at.file}:${at.line}:${at.column}.`
    reading.findings.report('HS1007', [key], message, { part: 'key', hint: 'Keep it in one file.' })
  }
  const value = read(first.root?.[key] ?? null, first.reading)
  return value === undefined ? undefined : { value, at, baseDir: first.reading.findings.tree.file.baseDir }
}

function readLedger(declared: PlainValue, reading: Reading): string | undefined {
  const value = fillOption(declared, ['ledger'], reading)
  if (reading.findings.isFaulted(['ledger'])) return undefined
  if (typeof value === 'string' && value !== '') return value
  const code = value === null ? 'HS1009' : 'HS1003'
  const message = value === null ? 'Nothing stands after ledger.' : 'ledger must be a path or an address.'
  const hint = 'Write a path such as .hooks-sync/ledger.json, or remove the line.'
  reading.findings.report(code, ['ledger'], message, { hint, part: value === null ? 'key' : 'value' })
  return undefined
}

function readFingerprintKey(declared: PlainValue, reading: Reading): string | undefined {
  const path = ['fingerprint_key']
  if (declared !== null) return readSecret(declared, path, reading)?.source.ref
  const hint =
    'Write where the key lies, such as ref+age://secrets.age#/hooks-sync/fingerprint_key, or remove the line.'
  reading.findings.report('HS1009', path, 'Nothing stands after fingerprint_key.', { part: 'key', hint })
  return undefined
}

function readAllStores(parts: readonly FilePart[]): readonly DeclaredStore[] {
  const stores = new Map<string, DeclaredStore>()
  for (const { reading, root } of parts) {
    for (const store of readStores(root?.['stores'], reading)) {
      const first = stores.get(store.alias)
      if (first === undefined) stores.set(store.alias, store)
      else reportSecondStore(store, first, reading)
    }
  }
  return [...stores.values()]
}

function reportSecondStore({ alias }: DeclaredStore, { at }: DeclaredStore, reading: Reading): void {
  const message = `The store "${alias}" is declared twice, first at ${at.file}:${at.line}:${at.column}.`
  reading.findings.report('HS1007', ['stores', alias], message, {
    part: 'key',
    hint: 'Rename or remove one of the two.',
  })
}

/** A ledger that is not a local file has no directory; the file that names it stands for it. */
function directoryOf(ledger: DeclaredText | undefined, baseDir: string): string {
  if (ledger === undefined) return resolve(baseDir, '.hooks-sync')
  const isLocal = !/^[a-z0-9+]+:\/\//iu.test(ledger.value)
  return isLocal ? dirname(resolve(ledger.baseDir, ledger.value)) : ledger.baseDir
}

function ledgerName(file: SourceFile, directory: string): string {
  return file.path === undefined ? file.name : relative(directory, file.path).replaceAll('\\', '/')
}

function findPlace(path: Path, parts: readonly FilePart[], findingsOf: FindingsOf): Findings | undefined {
  const [top, name, section, key] = path
  if (top !== 'providers') return parts.find(({ root }) => holds(root, top, name))?.reading.findings
  const isWebhook = section === 'webhooks' && key !== undefined
  return findingsOf(String(name), isWebhook ? String(key) : undefined)
}

function holds(
  root: PlainMap | undefined,
  top: string | number | undefined,
  name: string | number | undefined,
): boolean {
  const value = root?.[String(top)]
  if (value === undefined) return false
  return top !== 'stores' || name === undefined || (isPlainMap(value) && Object.hasOwn(value, String(name)))
}

/** A value behind an alias is read wherever it is used, and found fault with each time. */
function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const texts = new Set<string>()
  return diagnostics.filter(({ at, code, message }) => {
    const text = `${at?.file}:${at?.line}:${at?.column} ${code} ${message}`
    if (texts.has(text)) return false
    texts.add(text)
    return true
  })
}
