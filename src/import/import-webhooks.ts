import { access, writeFile } from 'node:fs/promises'
import { dirname, relative, resolve, sep } from 'node:path'
import type { SourceFile } from '../config/project.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { DiagnosticError, hasErrors } from '../core/diagnostic.ts'
import { declaredOf, makeImport } from '../core/import-webhooks.ts'
import type { Ledger } from '../core/ledger.ts'
import { allowNothing } from '../core/plan.ts'
import { explainError } from '../engine/explain.ts'
import type { OpenLedger } from '../engine/ledger/ledger-store.ts'
import type { Explained } from '../engine/ports.ts'
import { type ReadAccounts, readAccounts } from '../engine/read-accounts.ts'
import { explainHttpError } from '../http/explain-error.ts'
import { renderImport } from '../report/import-yaml.ts'
import { makeAccountSources } from '../run/account-sources.ts'
import { type Loaded, load } from '../run/load.ts'
import type { SyncOptions } from '../run/options.ts'
import { type OpenSecrets, openSecrets } from '../run/secrets-of-run.ts'
import type { TrustedProject } from '../run/trusted-project.ts'
import { version } from '../run/version.ts'
import { makeVault } from '../secrets/make-vault.ts'
import { requireTrust } from '../trust/untrusted.ts'
import { adoptImported } from './import-adopt.ts'
import { type CaptureTools, checkCapturePrefix, readMadeSecrets, storeMadeSecrets } from './import-capture.ts'
import { type SettledImport, type SettleTools, settleImport } from './import-settle.ts'

export interface ImportOptions extends SyncOptions {
  /** Names of accounts; empty for all. */
  readonly accounts: readonly string[]
  /** File to write; it must not exist. */
  readonly out?: string
  /** Record in the ledger that the imported webhooks are owned, as declared in `out`. */
  readonly adopt: boolean
  /** Reference below which server-made secrets are stored. */
  readonly capture?: string
}

export interface Imported {
  /** YAML; comments alone where there is nothing to declare. */
  readonly text: string
  /** How many webhooks it declares. */
  readonly webhooks: number
  /** How many live webhooks are comments. */
  readonly withheld: number
  /** Whether `out` was written. */
  readonly isWritten: boolean
  readonly diagnostics: readonly Diagnostic[]
}

/** Describes live webhooks that no file declares as a file of their own. No vendor call that writes. */
export async function importWebhooks(options: ImportOptions): Promise<Imported> {
  await checkOptions(options)
  const loaded = await load(options)
  if (hasErrors(loaded.diagnostics)) return nothing(loaded.diagnostics)
  requireTrust(loaded.project.trust, 'import')
  const project = selectAccounts(loaded.project, options.accounts)
  const ledger = options.adopt ? await openLedger(loaded, options) : undefined
  try {
    const secrets = await openSecrets(project, options)
    try {
      const known = ledger?.ledger ?? (await loaded.ledger?.read())
      return await importRead({ ...loaded, project }, known, ledger, secrets, options)
    } finally {
      await secrets.close()
    }
  } finally {
    await ledger?.close()
  }
}

async function importRead(
  loaded: Loaded,
  known: Ledger | undefined,
  ledger: OpenLedger | undefined,
  secrets: OpenSecrets,
  options: ImportOptions,
): Promise<Imported> {
  const read = await readEverything(loaded, known, secrets, options)
  try {
    const drafts = read.accounts.map(({ input }) => ({ input, made: makeImport(input), secrets: new Map() }))
    const tools = settleTools(loaded, secrets, options)
    const settled = settleImport(drafts, tools)
    const found = [...loaded.diagnostics, ...secrets.diagnostics, ...read.diagnostics]
    // What is incomplete is shown, and leaves no trace: a file that is there would not be written a second time.
    if (hasErrors(found)) return conclude(settled, tools, found)
    const captured = await capture(settled, read, tools, secrets, options)
    const done = conclude(captured.settled, tools, [...found, ...captured.diagnostics])
    if (options.out === undefined || done.webhooks === 0) return done
    checkLedgerStays(loaded, captured.settled, options)
    await writeNew(resolve(options.cwd, options.out), options.out, done.text)
    if (ledger !== undefined) await adoptImported(captured.settled.accounts, ledger)
    return { ...done, isWritten: true }
  } finally {
    await Promise.all(read.accounts.map(({ api }) => api.close()))
  }
}

async function checkOptions({ out, adopt, capture: prefix, ledger, cwd }: ImportOptions): Promise<void> {
  if (adopt && out === undefined) {
    const hint = 'The ledger records which file declares a webhook: name it with --out.'
    throw new DiagnosticError([{ code: 'HS6001', severity: 'error', message: '--adopt needs --out.', hint }])
  }
  if (adopt && ledger === false) {
    const hint = 'Leave out --no-ledger.'
    throw new DiagnosticError([{ code: 'HS6004', severity: 'error', message: '--adopt needs a ledger.', hint }])
  }
  if (prefix !== undefined) checkCapturePrefix(prefix)
  if (out === undefined) return
  const isThere = await access(resolve(cwd, out)).then(
    () => true,
    () => false,
  )
  if (isThere) throw new DiagnosticError([fileExists(out)])
}

function fileExists(out: string): Diagnostic {
  const hint = 'Name another one, or remove it.'
  return { code: 'HS6001', severity: 'error', message: `The file ${out} exists and is not overwritten.`, hint }
}

async function writeNew(path: string, name: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    if (code === 'EEXIST') throw new DiagnosticError([fileExists(name)], { cause: error })
    const message = `The file ${name} cannot be written (${code}).`
    const hint = 'Check that its directory exists and may be written.'
    throw new DiagnosticError([{ code: 'HS6001', severity: 'error', message, hint }], { cause: error })
  }
}

function selectAccounts(project: TrustedProject, names: readonly string[]): TrustedProject {
  if (names.length === 0) return project
  const known = project.accounts.map(({ account }) => account.name)
  const missing = names.filter((name) => !known.includes(name))
  if (missing.length > 0) {
    const hint = `The files declare ${known.join(', ')}.`
    throw new DiagnosticError(
      missing.map((name) => {
        const message = `--provider ${name} names no account.`
        return { code: 'HS1017', severity: 'error', message, hint } as const
      }),
    )
  }
  return {
    ...project,
    accounts: project.accounts.filter(({ account }) => names.includes(account.name)),
    secrets: project.secrets.filter(({ path }) => path[0] !== 'providers' || names.includes(String(path[1]))),
  }
}

function openLedger({ ledger }: Loaded, { lockTimeoutMs, stop }: ImportOptions): Promise<OpenLedger> | undefined {
  return ledger?.open({
    waitMs: lockTimeoutMs,
    owner: `hooks-sync import (${version})`,
    now: Date.now,
    signal: stop,
  })
}

async function readEverything(
  loaded: Loaded,
  ledger: Ledger | undefined,
  secrets: OpenSecrets,
  options: ImportOptions,
): Promise<ReadAccounts> {
  const { project } = loaded
  const use = options.capture === undefined ? 'plan' : 'apply'
  const onCall = (): void => undefined
  const patience = options.stop
  const sourced = await makeAccountSources({ project, ledger, options, use, onCall, patience, ...secrets })
  const read = await readAccounts(sourced.sources, {
    ledger,
    files: filesOf(loaded, options),
    plan: {
      allow: allowNothing,
      dedupe: false,
      now: Date.now(),
      selects: () => true,
      writesSecrets: () => false,
    },
    allScopes: true,
    parallelism: options.parallelism,
    clock: { now: Date.now, wait: (ms) => new Promise((done) => setTimeout(done, ms)) },
    signal: options.stop,
    explain,
    emit: options.emit,
  })
  return { ...read, diagnostics: [...sourced.diagnostics, ...read.diagnostics] }
}

/** What an earlier import to the same file has adopted is imported again. */
function filesOf({ project, ledgerDirectory }: Loaded, { cwd, out }: ImportOptions): ReadonlySet<string> {
  const own = out === undefined ? [] : [relative(ledgerDirectory, resolve(cwd, out)).replaceAll(sep, '/')]
  return new Set([...project.ledgerFiles, ...own])
}

function explain(error: unknown): Explained {
  return explainError(error, explainHttpError)
}

/** The file as findings and the ledger will name it; printed, it has no place yet. */
function importedFile({ project }: Loaded, { cwd, out }: ImportOptions): Omit<SourceFile, 'text'> {
  if (out === undefined) return { name: '<imported>', baseDir: project.baseDir }
  const path = resolve(cwd, out)
  return { name: out, path, baseDir: dirname(path) }
}

function settleTools(loaded: Loaded, { fingerprint }: OpenSecrets, options: ImportOptions): SettleTools {
  return { file: importedFile(loaded, options), loadWith: loaded.loadWith, fingerprint, scrub: options.scrub }
}

async function capture(
  settled: SettledImport,
  read: ReadAccounts,
  tools: SettleTools,
  { resolver }: OpenSecrets,
  options: ImportOptions,
): Promise<{ readonly settled: SettledImport; readonly diagnostics: readonly Diagnostic[] }> {
  if (options.capture === undefined) return { settled, diagnostics: [] }
  const captureTools: CaptureTools = {
    prefix: options.capture.replace(/\/+$/u, ''),
    vault: makeVault(resolver, () => tools.file.baseDir),
    apiOf: (name) => read.accounts.find(({ input }) => input.account.name === name)?.api,
    explain,
    signal: options.stop,
  }
  const { accounts, diagnostics } = await readMadeSecrets(settled.accounts, captureTools)
  const resettled = settleImport(accounts, tools)
  await storeMadeSecrets(resettled.accounts, captureTools)
  return { settled: resettled, diagnostics }
}

function conclude(settled: SettledImport, tools: SettleTools, diagnostics: readonly Diagnostic[]): Imported {
  const made = settled.accounts.map((account) => account.made)
  const all = made.flatMap((account) => account.webhooks)
  const webhooks = made.flatMap(declaredOf).length
  const needsUnknownEvents = hasCloseEvents(settled, tools)
  return {
    text: tools.scrub(renderImport(made, { needsUnknownEvents })),
    webhooks,
    withheld: all.length - webhooks,
    isWritten: false,
    diagnostics,
  }
}

function hasCloseEvents({ text, project }: SettledImport, { file, loadWith }: SettleTools): boolean {
  const isSuspect = project?.diagnostics.some(({ code }) => code === 'HS1004') === true
  if (!isSuspect) return false
  const { diagnostics } = loadWith({ ...file, text }, { allowUnknownEvents: false })
  return diagnostics.some(({ code, severity }) => code === 'HS1004' && severity === 'error')
}

/** A ledger that no file names lies beside the first file: another directory could move it. */
function checkLedgerStays({ project }: Loaded, settled: SettledImport, { adopt, ledger, out }: ImportOptions): void {
  const isNamed = project.ledger !== undefined || typeof ledger === 'string'
  if (!adopt || isNamed || settled.project === undefined || settled.project.baseDir === project.baseDir) return
  const message = `With ${out ?? 'that file'}, the files would look for their ledger in another directory.`
  const hint = 'Put it beside the other files, or name the ledger in one of them.'
  throw new DiagnosticError([{ code: 'HS6001', severity: 'error', message, hint }])
}

function nothing(diagnostics: readonly Diagnostic[]): Imported {
  return { text: '', webhooks: 0, withheld: 0, isWritten: false, diagnostics }
}
