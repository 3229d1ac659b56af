import { findConfigFile } from '../config/discover.ts'
import { loadProject } from '../config/load-project.ts'
import type { LoadedProject, ProjectOptions, SourceFile } from '../config/project.ts'
import { readSources } from '../config/read-sources.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { hasErrors, sortDiagnostics } from '../core/diagnostic.ts'
import type { LedgerStore } from '../engine/ledger/ledger-store.ts'
import { definitions } from '../providers/registry.ts'
import { validators } from '../schema/generated/validators.ts'
import { isReferenceFault, parseReference } from '../secrets/reference.ts'
import { checkBorrowed } from '../trust/check-borrowed.ts'
import { checkPaths } from '../trust/check-paths.ts'
import { checkReceivers } from '../trust/check-receivers.ts'
import { checkRoots } from '../trust/check-roots.ts'
import { leaveOutLinks } from '../trust/check-sources.ts'
import { establishTrust } from '../trust/establish-trust.ts'
import { allowedVariables, type Trust } from '../trust/trust.ts'
import { checkKeptSecrets } from './check-kept-secrets.ts'
import { checkStores } from './check-stores.ts'
import { makeLazyLedger } from './lazy-ledger.ts'
import { findDeclaredLedger, findNamedLedger } from './ledger-site.ts'
import type { LoadOptions } from './options.ts'
import type { TrustedProject } from './trusted-project.ts'
import { undoDirectory } from './undo/undo-store.ts'

/** The files of a run, read and checked; no vendor and no store was asked yet. */
export interface Loaded {
  readonly project: TrustedProject
  /** Undefined with `--no-ledger`. */
  readonly ledger: LedgerStore | undefined
  /** Directory that the files' names in the ledger start at. */
  readonly ledgerDirectory: string
  /** Where an apply leaves what would undo it. */
  readonly undoDirectory: string
  readonly diagnostics: readonly Diagnostic[]
  /** Loads the same files once more, together with one that need not be on disk. */
  readonly loadWith: LoadWith
}

export type LoadWith = (
  file: SourceFile,
  wishes: Pick<ProjectOptions, 'allowUnknownEvents' | 'instead'>,
) => LoadedProject

/** Finds and reads the files, and reports everything that is wrong with them at once. */
export async function load(options: LoadOptions): Promise<Loaded> {
  const paths = options.files.length > 0 ? options.files : await discover(options.cwd)
  const read = await readSources(paths, {
    cwd: options.cwd,
    ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
  })
  const missing = paths.length === 0 ? [nothingFound(options.cwd)] : []
  const directories = [...new Set(read.files.map(({ baseDir }) => baseDir))]
  const trust = await establishTrust(options, { directories, types: definitions.map(({ type }) => type) })
  const sources = trust.doubt === undefined ? read : await leaveOutLinks(read)
  const named = findNamedLedger(options, directories)
  const wishes = projectOptions(options, trust, named?.directory)
  const project = { ...loadProject(sources.files, wishes), trust }
  const { place, directory, ...ledger } = named ?? findDeclaredLedger(project)
  const diagnostics = [
    ...missing,
    ...sources.diagnostics,
    ...trust.diagnostics,
    ...project.diagnostics,
    ...(hasErrors(project.diagnostics) ? [] : await checkStores(project)),
    ...(await checkKeptSecrets(project, options)),
    ...(options.ledger === false ? [] : ledger.diagnostics),
    ...(await checkTrust(project, options)),
  ]
  return {
    project,
    ledger:
      options.ledger === false || place === undefined ? undefined : makeLazyLedger(place, { ...options, project }),
    ledgerDirectory: directory,
    undoDirectory: undoDirectory(place?.kind === 'file' ? directory : undefined, options.cwd),
    diagnostics: sortDiagnostics(diagnostics),
    loadWith: (file, others) => loadProject([...sources.files, file], { ...wishes, ...others }),
  }
}

/** Finds secrets that would come from, or go to, where the operator does not want them. */
async function checkTrust(project: TrustedProject, options: LoadOptions): Promise<readonly Diagnostic[]> {
  const { policy } = project.trust
  const found = await Promise.all([
    checkRoots(project, project.trust, options),
    checkBorrowed(project, options.homeDir),
  ])
  return [...checkReceivers(project, policy), ...checkPaths(project, policy), ...found.flat()]
}

function projectOptions(options: LoadOptions, trust: Trust, ledgerDirectory: string | undefined): ProjectOptions {
  return {
    definitions,
    validators,
    env: options.env,
    vars: options.vars,
    allowUnknownEvents: options.allowUnknownEvents,
    allowedEnv: allowedVariables(trust, options.env),
    onlyAllowedEnv: trust.doubt !== undefined,
    checkReference: (text) => {
      const parsed = parseReference(text)
      return isReferenceFault(parsed) ? parsed : undefined
    },
    ...(ledgerDirectory === undefined ? {} : { ledgerDirectory }),
  }
}

async function discover(cwd: string): Promise<readonly string[]> {
  const found = await findConfigFile(cwd)
  return found === undefined ? [] : [found]
}

function nothingFound(cwd: string): Diagnostic {
  return {
    code: 'HS1015',
    severity: 'error',
    message: `No webhooks.yaml was found in ${cwd} or above.`,
    hint: 'Make one with `hooks-sync init`, or name it with -f.',
  }
}
