import picomatch from 'picomatch'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Ledger } from '../core/ledger.ts'
import { entryKey } from '../core/ledger.ts'
import type { PlanOptions } from '../core/plan.ts'
import type { SyncOptions } from './options.ts'
import type { TrustedProject } from './trusted-project.ts'
import { undoneIds } from './undo/undo-file.ts'

export interface Selection extends Pick<PlanOptions, 'selects' | 'writesSecrets'> {
  /** The files without the accounts of which nothing is selected: they are not even read. */
  readonly project: TrustedProject
  /** Globs that match nothing; a mistyped one must not read as "nothing to do". */
  readonly diagnostics: readonly Diagnostic[]
}

type Wishes = Pick<SyncOptions, 'targets' | 'excludes' | 'writeSecrets' | 'shard' | 'undo'>

/** What is known under one account name: the keys that files and ledger have for it. */
type KnownIds = ReadonlyMap<string, readonly string[]>

/** Turns `provider/key` globs into predicates; a glob without a slash means the whole account. */
export function makeSelection(wishes: Wishes, project: TrustedProject, ledger: Ledger | undefined): Selection {
  const undone = wishes.undo === undefined ? undefined : undoneIds(wishes.undo)
  const known = knownIds(project, ledger, undone)
  const ids = [...known.values()].flat()
  const named = [
    ['--target', wishes.targets],
    ['--exclude', wishes.excludes],
    ['--write-secrets', wishes.writeSecrets],
  ] as const
  const isTarget = matchIds(wishes.targets)
  const isExcluded = matchIds(wishes.excludes)
  const selects = (id: string): boolean =>
    (undone === undefined || undone.has(id)) && (wishes.targets.length === 0 || isTarget(id)) && !isExcluded(id)
  const diagnostics = named.flatMap(([flag, globs]) =>
    globs.filter((glob) => !ids.some(matchIds([glob]))).map((glob) => unmatchedGlob(flag, glob, ids)),
  )
  return {
    selects,
    project: narrow(
      project,
      (name) => diagnostics.length === 0 && isInShard(name, wishes.shard) && hasSelected(name, known, selects),
    ),
    writesSecrets: matchIds(wishes.writeSecrets),
    diagnostics,
  }
}

/** Leaves out the accounts that are not selected, and their secrets. */
export function narrow(project: TrustedProject, isSelected: (name: string) => boolean): TrustedProject {
  return {
    ...project,
    accounts: project.accounts.filter(({ account }) => isSelected(account.name)),
    secrets: project.secrets.filter(({ path: [top, name] }) => top !== 'providers' || isSelected(String(name))),
  }
}

/** Makes the predicate of `provider/key` globs; a glob without a slash means the whole account. */
export function matchIds(globs: readonly string[]): (id: string) => boolean {
  if (globs.length === 0) return () => false
  return picomatch(
    globs.map((glob) => (glob.includes('/') ? glob : `${glob}/*`)),
    { dot: true, bash: true },
  )
}

/** Words a glob that matches none of the ids there are. */
export function unmatchedGlob(flag: string, glob: string, ids: readonly string[]): Diagnostic {
  const some = ids.slice(0, 3).join(', ')
  return {
    code: 'HS1017',
    severity: 'error',
    message: `${flag} ${glob} matches no webhook.`,
    hint: some === '' ? 'No webhook is known here.' : `Names have the form account/key, for example ${some}.`,
  }
}

/** What is undone counts also where neither has it by now: whether it is live under another name shows only there. */
function knownIds(
  project: TrustedProject,
  ledger: Ledger | undefined,
  undone: ReadonlySet<string> = new Set(),
): KnownIds {
  const known = project.accounts.map(({ account: { name }, desired, definition }) => {
    const declared = (desired ?? []).map(({ key }) => key)
    const settings = definition.accountFields === undefined ? [] : ['@account']
    const keys = [...declared, ...settings, ...ownedKeys(name, ledger)].map((key) => `${name}/${key}`)
    return [name, [...new Set([...keys, ...[...undone].filter((id) => id.startsWith(`${name}/`))])]] as const
  })
  return new Map(known)
}

function ownedKeys(name: string, ledger: Ledger | undefined): readonly string[] {
  return Object.entries(ledger?.accounts ?? {})
    .filter(([id]) => id.startsWith(`${name}@`))
    .flatMap(([, { webhooks }]) => Object.entries(webhooks).map(([id, entry]) => entryKey(id, entry)))
}

/** An account of which nothing is known yet is selected as a whole or not at all. */
function hasSelected(name: string, known: KnownIds, selects: (id: string) => boolean): boolean {
  const ids = known.get(name) ?? []
  return ids.length === 0 ? selects(`${name}/*`) : ids.some(selects)
}

/** Splits accounts by a hash of their names (FNV-1a), so that one more account moves no other. */
export function isInShard(name: string, shard: SyncOptions['shard']): boolean {
  if (shard === undefined) return true
  const hash = [...new TextEncoder().encode(name)].reduce(
    (sum, byte) => Math.imul(sum ^ byte, 0x01000193) >>> 0,
    0x811c9dc5,
  )
  return hash % shard.count === shard.index - 1
}
