import type { PlainValue } from '../core/value.ts'
import { storeBackends } from '../schema/json-schema.ts'
import { nameHint, namePattern } from '../schema/patterns.ts'
import type { Findings } from './findings.ts'
import type { DeclaredStore } from './project.ts'
import { isPlainMap } from './read-fields.ts'
import type { Reading } from './reading.ts'
import { showName } from './show-name.ts'
import { isLeftEmpty, type Path } from './source-tree.ts'
import { closest, didYouMean } from './suggest.ts'

type PlainMap = { readonly [key: string]: PlainValue }

const rootKeys = ['version', 'ledger', 'fingerprint_key', 'stores', 'providers']
const validName = new RegExp(namePattern, 'u')

/** Reads the root of one file as a map of known keys; undefined where there is nothing to go on with. */
export function readRoot(findings: Findings): PlainMap | undefined {
  const { tree } = findings
  if (tree.faults.some((fault) => fault.code === 'HS1002' || fault.code === 'HS1008')) return undefined
  const { root } = tree
  if (root === undefined || root === null) {
    findings.report('HS1009', [], 'The file is empty.', { hint: 'Declare providers, or leave the file out.' })
    return undefined
  }
  if (!isPlainMap(root)) {
    findings.report('HS1003', [], 'A configuration must be a map.', { hint: `Its keys are ${rootKeys.join(', ')}.` })
    return undefined
  }
  reportUnknownKeys(root, findings)
  reportVersion(root, findings)
  reportNothing(root, findings)
  return root
}

function reportUnknownKeys(root: PlainMap, findings: Findings): void {
  for (const key of Object.keys(root).filter((key) => !rootKeys.includes(key))) {
    const hint = didYouMean(closest(key, rootKeys)) ?? `Known: ${rootKeys.join(', ')}.`
    findings.report('HS1005', [key], `A configuration has no key ${showName(key)}.`, { part: 'key', hint })
  }
}

function reportVersion(root: PlainMap, findings: Findings): void {
  if (!Object.hasOwn(root, 'version') || root['version'] === 1) return
  const hint = 'Write version: 1, without quotes; a later version needs a later hooks-sync.'
  findings.report('HS1003', ['version'], 'version must be 1.', { hint })
}

function reportNothing(root: PlainMap, findings: Findings): void {
  const parts = ['providers', 'stores', 'ledger', 'fingerprint_key']
  if (Object.keys(root).some((key) => parts.includes(key)) || findings.diagnostics.length > 0) return
  findings.report('HS1006', ['providers'], 'providers is missing.', { hint: 'Declare an account under providers.' })
}

/** Reads a map of names, such as `providers`; nothing under it is an error. */
export function readNamed(
  value: PlainValue | undefined,
  path: Path,
  what: string,
  findings: Findings,
): readonly (readonly [string, PlainValue])[] {
  if (value === undefined) return []
  const name = String(path.at(-1))
  if (value === null || (isPlainMap(value) && Object.keys(value).length === 0)) {
    if (findings.tree.faults.length > 0) return []
    const isEmpty = value !== null || isLeftEmpty(findings.tree, path)
    const hint = `Declare ${what} under it, or remove the line.`
    findings.report('HS1009', path, isEmpty ? `Nothing stands under ${name}.` : `${name} cannot be null.`, {
      part: 'key',
      hint,
    })
    return []
  }
  if (!isPlainMap(value)) {
    findings.report('HS1003', path, `${name} must be a map of names to ${what}.`, {
      hint: `Write the name of ${what}, a colon, and its settings below.`,
    })
    return []
  }
  return Object.entries(value).filter(([key]) => hasValidName(key, [...path, key], findings))
}

/** Reports a name that could not be selected or would be read as something else. */
export function hasValidName(name: string, path: Path, findings: Findings): boolean {
  if (validName.test(name)) return true
  const message = name === '' ? 'A name must not be empty.' : `The name ${showName(name)} must ${nameHint}.`
  findings.report('HS1003', path, message, { part: 'key', hint: 'Letters, digits, ".", "_" and "-" are always fine.' })
  return false
}

/** Reads the stores of one file. */
export function readStores(value: PlainValue | undefined, reading: Reading): readonly DeclaredStore[] {
  const { findings } = reading
  return readNamed(value, ['stores'], 'a store', findings).flatMap(([alias, store]) => {
    const path = ['stores', alias]
    if (!isPlainMap(store)) {
      findings.report('HS1003', path, `The store "${alias}" must be a map.`, {
        hint: 'Write backend: and its settings below it.',
      })
      return []
    }
    const { backend, ...options } = fillAll(store, path, reading)
    if (!isBackend(backend, path, findings)) return []
    return [{ alias, backend, options, at: findings.position(path, 'key'), baseDir: findings.tree.file.baseDir }]
  })
}

function isBackend(backend: PlainValue | undefined, path: Path, findings: Findings): backend is string {
  const hint = `Known: ${storeBackends.join(', ')}.`
  if (backend === undefined) {
    findings.report('HS1006', [...path, 'backend'], 'backend is missing.', { hint })
    return false
  }
  if (typeof backend === 'string' && storeBackends.includes(backend)) return true
  const meant = typeof backend === 'string' ? didYouMean(closest(backend, storeBackends)) : undefined
  findings.report('HS1003', [...path, 'backend'], 'backend must name a kind of store.', { hint: meant ?? hint })
  return false
}

function fillAll(map: PlainMap, path: Path, reading: Reading): PlainMap {
  return Object.fromEntries(
    Object.entries(map).map(([name, value]) => [name, fillValue(value, [...path, name], reading)]),
  )
}

function fillValue(value: PlainValue, path: Path, reading: Reading): PlainValue {
  if (Array.isArray(value)) return value.map((item, index) => fillValue(item, [...path, index], reading))
  if (isPlainMap(value)) return fillAll(value, path, reading)
  return fillOption(value, path, reading)
}

/** Fills in a text that may well be a reference, such as where the ledger is. */
export function fillOption(value: PlainValue, path: Path, reading: Reading): PlainValue {
  const filled = typeof value === 'string' ? reading.fill(value) : value
  if (typeof filled !== 'object' || filled === null || !('within' in filled)) return filled
  const { message, hint, within } = filled as {
    readonly message: string
    readonly hint?: string
    readonly within: string
  }
  reading.findings.report('HS1010', path, message, { hint, within })
  return value
}
