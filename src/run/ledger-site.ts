import { dirname, resolve } from 'node:path'
import type { LoadedProject } from '../config/project.ts'
import { compareText, type Diagnostic } from '../core/diagnostic.ts'
import { type LedgerPlace, parseLedgerPlace } from '../shared-ledger/ledger-place.ts'
import type { LoadOptions } from './options.ts'

/** Where the ledger of a run lies. */
export interface LedgerSite {
  /** Undefined where the text names no place. */
  readonly place: LedgerPlace | undefined
  /** Directory that the files' names in the ledger start at: that of a ledger file, else that of the configuration. */
  readonly directory: string
  readonly diagnostics: readonly Diagnostic[]
}

const defaultLedger = '.hooks-sync/ledger.json'

/** Finds where the ledger lies that the caller names; undefined where the files decide. */
export function findNamedLedger(
  { ledger, cwd }: Pick<LoadOptions, 'ledger' | 'cwd'>,
  directories: readonly string[],
): LedgerSite | undefined {
  if (typeof ledger !== 'string') return undefined
  return siteOf(ledger, cwd, directories.toSorted(compareText)[0] ?? cwd)
}

/** Finds where the ledger lies that the files name, or where it lies when they say nothing. */
export function findDeclaredLedger({ ledger, baseDir }: Pick<LoadedProject, 'ledger' | 'baseDir'>): LedgerSite {
  if (ledger === undefined) return siteOf(defaultLedger, baseDir, baseDir)
  const site = siteOf(ledger.value, ledger.baseDir, ledger.baseDir)
  return { ...site, diagnostics: site.diagnostics.map((found) => ({ ...found, at: ledger.at })) }
}

/**
 * Finds where a ledger lies that a text names. A path starts at `start`; a shared ledger has no directory, and that of the
 * configuration stands for it.
 */
export function siteOf(text: string, start: string, directory: string): LedgerSite {
  const place = parseLedgerPlace(text)
  switch (place.kind) {
    case 'file': {
      const path = resolve(start, place.path)
      return { place: { kind: 'file', path }, directory: dirname(path), diagnostics: [] }
    }
    case 'fault':
      return { place: undefined, directory, diagnostics: [noPlace(place.message, place.hint)] }
    case 'vault':
    case 's3':
      return { place, directory, diagnostics: [] }
  }
}

function noPlace(message: string, hint: string): Diagnostic {
  return { code: 'HS5001', severity: 'error', message, hint }
}
