import type { DriftRunDocument, Repository } from './drift-model.ts'

/** Which run a report is about. */
export interface DriftRun {
  readonly version: string
  /** ISO time of its end. */
  readonly at: string
  readonly shard?: { readonly index: number; readonly count: number }
  /** Whether `--target` or `--exclude` left something out. */
  readonly narrowed: boolean
  /** What `-f` names, in one order, where it was given. */
  readonly files?: readonly string[]
  /** Path from the root of the repository to where paths of files start, with forward slashes; empty for the root itself. */
  readonly directory?: string
  readonly repository?: Repository
}

/** Shapes what identifies a run. */
export function toRunDocument(run: DriftRun): DriftRunDocument {
  return {
    tool_version: run.version,
    finished_at: run.at,
    ...(run.shard === undefined ? {} : { shard: { index: run.shard.index, count: run.shard.count } }),
    ...(run.narrowed ? { narrowed: true } : {}),
    ...(run.files === undefined ? {} : { files: run.files }),
    ...(run.directory === undefined ? {} : { directory: run.directory }),
    ...(run.repository === undefined
      ? {}
      : { repository: { url: run.repository.url, revision: run.repository.revision } }),
  }
}

/** Names a file from the root of the repository. */
export function pathInRepository(run: Pick<DriftRunDocument, 'directory'> | undefined, file: string): string {
  if (file.startsWith('/') || run?.directory === undefined || run.directory === '') return normalize(file)
  return normalize(`${run.directory}/${file}`)
}

/** Links to a line of a file where it is known where the files are shown. */
export function lineUrl(run: DriftRunDocument | undefined, file: string, line: number): string | undefined {
  const path = pathInRepository(run, file)
  if (run?.repository === undefined || path.startsWith('/') || path.startsWith('..')) return undefined
  const { url, revision } = run.repository
  const escaped = path.split('/').map(encodePart).join('/')
  return `${url}/blob/${encodePart(revision)}/${escaped}#L${line}`
}

/** Encodes a part of a path, also what would end a link in Markdown. */
export function encodePart(part: string): string {
  return encodeURIComponent(part.toWellFormed()).replaceAll(
    /[!'()*]/gu,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  )
}

/** Takes `.` and `..` out of the middle of a path. */
function normalize(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else parts.push(part)
  }
  return parts.join('/')
}
