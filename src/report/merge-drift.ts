import { compareText, type Diagnostic, DiagnosticError, sortDiagnostics } from '../core/diagnostic.ts'
import type { DiagnosticDocument } from './diagnostic-document.ts'
import type { DriftAccountDocument, DriftDocument, DriftHistoryDocument, DriftRunDocument } from './drift-model.ts'
import { totalDrift } from './drift-totals.ts'
import { type DriftPart, findMergeFaults } from './merge-faults.ts'
import { planChecksum } from './plan-checksum.ts'
import type { PlanDocument } from './plan-document.ts'
import { sum } from './summary.ts'

/**
 * Joins the reports of runs that split the accounts between them to the report of one run of all; throws what keeps
 * them from being parts of one.
 */
export function mergeDriftReports(parts: readonly DriftPart[]): DriftDocument {
  const faults = findMergeFaults(parts)
  const [first, ...others] = parts.map(({ document }) => document)
  if (faults.length > 0 || first === undefined) throw new DiagnosticError(faults.map(unmergeable))
  const documents = [first, ...others]
  const accounts = mergeAccounts(documents)
  const drift = byAccount(documents, ({ drift: found }) => found)
  const run = mergeRuns(documents)
  const history = mergeHistories(documents)
  return {
    format_version: first.format_version,
    command: 'drift',
    ...mergePlans(documents, accounts),
    ...(run === undefined ? {} : { run }),
    counted_classes: first.counted_classes,
    totals: totalDrift(accounts, drift),
    accounts,
    drift,
    ...(history === undefined ? {} : { history }),
  }
}

function unmergeable(message: string): Diagnostic {
  return {
    code: 'HS6006',
    severity: 'error',
    message,
    hint: 'Merge the reports that the shards of one run wrote: hooks-sync drift --shard 1/4 --report json=shard-1.json',
  }
}

function mergePlans(
  documents: readonly DriftDocument[],
  accounts: readonly DriftAccountDocument[],
): Omit<PlanDocument, 'format_version' | 'command'> {
  const actions = byAccount(documents, (document) => document.actions)
  const expected = documents.flatMap(({ expected_calls }) => expected_calls ?? [])
  return {
    summary: mergeSummaries(documents),
    actions,
    unmanaged: byAccount(documents, (document) => document.unmanaged),
    duplicates: byAccount(documents, (document) => document.duplicates),
    out_of_scope: byAccount(documents, (document) => document.out_of_scope),
    orphaned: byAccount(documents, (document) => document.orphaned),
    abandoned: byAccount(documents, (document) => document.abandoned),
    refusals: byAccount(documents, (document) => document.refusals),
    calls: sum(documents.map(({ calls }) => calls)),
    // What cannot be applied in one part cannot be counted for the whole.
    ...(expected.length === documents.length ? { expected_calls: sum(expected) } : {}),
    checksum: planChecksum(actions),
    diagnostics: mergeDiagnostics(documents, accounts),
  }
}

function mergeSummaries(documents: readonly DriftDocument[]): PlanDocument['summary'] {
  const total = (name: keyof PlanDocument['summary']): number => sum(documents.map(({ summary }) => summary[name]))
  return {
    create: total('create'),
    update: total('update'),
    replace: total('replace'),
    adopt: total('adopt'),
    delete: total('delete'),
    keep: total('keep'),
    unmanaged: total('unmanaged'),
    duplicates: total('duplicates'),
  }
}

/** One run tells of its accounts by their names; within an account, the part that has it keeps its order. */
function byAccount<Item extends { readonly provider: string }>(
  documents: readonly DriftDocument[],
  itemsOf: (document: DriftDocument) => readonly Item[],
): readonly Item[] {
  return documents.flatMap(itemsOf).toSorted((a, b) => compareText(a.provider, b.provider))
}

/** What is wrong with the files makes the same accounts unreadable in every part. */
function mergeAccounts(documents: readonly DriftDocument[]): readonly DriftAccountDocument[] {
  const named = new Map(documents.flatMap(({ accounts }) => accounts.map((account) => [account.provider, account])))
  return [...named.values()].toSorted((a, b) => compareText(a.provider, b.provider))
}

/** Every part tells what it found in the files, and each what it found in its accounts. */
function mergeDiagnostics(
  documents: readonly DriftDocument[],
  accounts: readonly DriftAccountDocument[],
): readonly DiagnosticDocument[] {
  const read = new Set(accounts.flatMap((account) => (account.read ? [account.provider] : [])))
  const seen = new Map<string, number>()
  const distinct = documents.flatMap(({ diagnostics }) => {
    const here = new Map<string, number>()
    return diagnostics.filter((found) => {
      const name = JSON.stringify(found)
      const times = (here.get(name) ?? 0) + 1
      here.set(name, times)
      if (times <= (seen.get(name) ?? 0)) return false
      seen.set(name, times)
      return true
    })
  })
  // As one run lists them: what concerns all, the accounts that could not be read, then those that were.
  const rank = ({ provider }: DiagnosticDocument): number => {
    if (provider === undefined) return 0
    return read.has(provider) ? 2 : 1
  }
  return sortDiagnostics(
    distinct.toSorted((a, b) => rank(a) - rank(b) || compareText(a.provider ?? '', b.provider ?? '')),
  )
}

function mergeRuns(documents: readonly DriftDocument[]): DriftRunDocument | undefined {
  const runs = documents.flatMap(({ run }) => run ?? [])
  const [first] = runs
  if (first === undefined || runs.length < documents.length) return undefined
  const { shard: _, narrowed: _narrowed, files: _files, ...same } = first
  return {
    ...same,
    ...mergeFiles(runs),
    finished_at: latest(runs.map(({ finished_at }) => finished_at)) ?? first.finished_at,
    ...(runs.some(({ narrowed }) => narrowed === true) ? { narrowed: true } : {}),
  }
}

/** Parts may also be cut by `-f`; where one was given none, all that is there by itself was read. */
function mergeFiles(runs: readonly DriftRunDocument[]): Pick<DriftRunDocument, 'files'> {
  const given = runs.flatMap(({ files }) => (files === undefined ? [] : [files]))
  return given.length < runs.length ? {} : { files: [...new Set(given.flat())].toSorted(compareText) }
}

function mergeHistories(documents: readonly DriftDocument[]): DriftHistoryDocument | undefined {
  const histories = documents.flatMap(({ history }) => history ?? [])
  if (histories.length === 0) return undefined
  const lastRunAt = latest(histories.flatMap(({ last_run_at }) => last_run_at ?? []))
  return {
    runs: Math.max(...histories.map(({ runs }) => runs)),
    ...(lastRunAt === undefined ? {} : { last_run_at: lastRunAt }),
    new: sum(histories.map((history) => history.new)),
    known: sum(histories.map(({ known }) => known)),
    resolved: histories
      .flatMap(({ resolved }) => resolved)
      .toSorted((a, b) => compareText(a.fingerprint, b.fingerprint)),
  }
}

function latest(times: readonly string[]): string | undefined {
  return times.toSorted(compareText).at(-1)
}
