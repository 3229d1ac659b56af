import { existsSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { compareText } from '../core/diagnostic.ts'
import type { DriftRun } from '../report/drift-run.ts'
import type { SyncOptions } from '../run/options.ts'
import { version } from '../run/version.ts'
import type { Context } from './context.ts'

type Place = Pick<Context, 'cwd' | 'env'>
type Described = Partial<Pick<SyncOptions, 'shard' | 'targets' | 'excludes' | 'files'>>

/** Says which run a report is about, once it is over. */
export function describeRun(place: Place, options: Described = {}): DriftRun {
  const { shard, targets = [], excludes = [], files = [] } = options
  return {
    version,
    at: new Date().toISOString(),
    ...(shard === undefined ? {} : { shard }),
    narrowed: targets.length + excludes.length > 0,
    ...(files.length === 0 ? {} : { files: [...new Set(files)].toSorted(compareText) }),
    ...findRepository(place),
  }
}

/** Tells where the files of a run lie in their repository, and where that is shown, as far as the environment says. */
function findRepository({ cwd, env }: Place): Pick<DriftRun, 'directory' | 'repository'> {
  const root = findRoot(cwd)
  const repository = readRepository(env)
  return {
    ...(root === undefined ? {} : { directory: relative(root, cwd).split(sep).join('/') }),
    // Without its root no path could be told from another.
    ...(root === undefined || repository === undefined ? {} : { repository }),
  }
}

function findRoot(directory: string): string | undefined {
  if (existsSync(join(directory, '.git'))) return directory
  const parent = dirname(directory)
  return parent === directory ? undefined : findRoot(parent)
}

function readRepository(env: Context['env']): DriftRun['repository'] {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name, GITHUB_SHA: revision } = env
  if (server === undefined || name === undefined || revision === undefined) return undefined
  const isOrigin = URL.canParse(server) && /^https?:$/u.test(new URL(server).protocol)
  const isName = /^[\w.-]+\/[\w.-]+$/u.test(name) && /^[0-9a-f]{7,64}$/u.test(revision)
  return isOrigin && isName ? { url: `${new URL(server).origin}/${name}`, revision } : undefined
}
