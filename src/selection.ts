import picomatch from 'picomatch'
import type { LoadedProject } from './config/project.ts'
import type { Diagnostic } from './core/diagnostic.ts'
import type { Ledger } from './core/ledger.ts'
import { entryKey } from './core/ledger.ts'
import type { PlanOptions } from './core/plan.ts'
import type { SyncOptions } from './options.ts'

export interface Selection extends Pick<PlanOptions, 'selects' | 'writesSecrets'> {
  /** Globs that match nothing; a mistyped one must not read as "nothing to do". */
  readonly diagnostics: readonly Diagnostic[]
}

type Globs = Pick<SyncOptions, 'targets' | 'excludes' | 'writeSecrets'>

/** Turns `provider/key` globs into predicates; a glob without a slash means the whole account. */
export function makeSelection(globs: Globs, project: LoadedProject, ledger: Ledger | undefined): Selection {
  const known = knownIds(project, ledger)
  const named = [
    ['--target', globs.targets],
    ['--exclude', globs.excludes],
    ['--write-secrets', globs.writeSecrets],
  ] as const
  const isTarget = matcher(globs.targets)
  const isExcluded = matcher(globs.excludes)
  return {
    selects: (id) => (globs.targets.length === 0 || isTarget(id)) && !isExcluded(id),
    writesSecrets: matcher(globs.writeSecrets),
    diagnostics: named.flatMap(([flag, list]) =>
      list.filter((glob) => !known.some(matcher([glob]))).map((glob) => unmatched(flag, glob, known)),
    ),
  }
}

function matcher(globs: readonly string[]): (id: string) => boolean {
  if (globs.length === 0) return () => false
  return picomatch(
    globs.map((glob) => (glob.includes('/') ? glob : `${glob}/*`)),
    { dot: true, bash: true },
  )
}

function knownIds(project: LoadedProject, ledger: Ledger | undefined): readonly string[] {
  const declared = project.accounts.flatMap(({ account, desired, definition }) => [
    ...(desired ?? []).map((webhook) => `${account.name}/${webhook.key}`),
    ...(definition.accountFields === undefined ? [] : [`${account.name}/@account`]),
  ])
  const names = new Set(project.accounts.map(({ account }) => account.name))
  const owned = Object.entries(ledger?.accounts ?? {}).flatMap(([id, account]) => {
    const name = [...names].find((candidate) => id.startsWith(`${candidate}@`))
    if (name === undefined) return []
    return Object.entries(account.webhooks).map(([entry, value]) => `${name}/${entryKey(entry, value)}`)
  })
  return [...declared, ...owned]
}

function unmatched(flag: string, glob: string, known: readonly string[]): Diagnostic {
  const some = known.slice(0, 3).join(', ')
  return {
    code: 'HS1017',
    severity: 'error',
    message: `${flag} ${glob} matches no webhook.`,
    hint: some === '' ? 'The files declare no webhook.' : `Names have the form account/key, for example ${some}.`,
  }
}
