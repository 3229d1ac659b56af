import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { compareText, type Diagnostic } from '../core/diagnostic.ts'
import type { SourceFile } from './source-file.ts'

const maxBytes = 64 * 1024 * 1024
/** Most files come in one piece. */
const chunkBytes = 1024 * 1024

/** What was read of the files that were named, and what could not be. */
export interface Sources {
  readonly files: readonly SourceFile[]
  readonly diagnostics: readonly Diagnostic[]
}

export interface ReadOptions {
  /** Directory that the paths start at. */
  readonly cwd: string
  /** Standard input, for the path `-`. */
  readonly stdin?: AsyncIterable<Uint8Array | string>
  /** Limit on one file, in bytes. */
  readonly maxBytes?: number
}

/** Reads files, the YAML files of directories, and `-` for standard input; each file once, sorted by name. */
export async function readSources(paths: readonly string[], options: ReadOptions): Promise<Sources> {
  const named = await Promise.all(paths.map((path) => listFiles(path, options)))
  const names = distinct(
    named.flatMap((found) => found.names),
    options.cwd,
  )
  const read = await Promise.all(names.map((name) => readSource(name, options)))
  return {
    files: read.filter((result) => 'text' in result),
    diagnostics: [...named.flatMap((found) => found.diagnostics), ...read.filter((result) => 'code' in result)],
  }
}

interface Listed {
  readonly names: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

async function listFiles(path: string, options: ReadOptions): Promise<Listed> {
  if (path === '-') return { names: [path], diagnostics: [] }
  const absolute = resolve(options.cwd, path)
  try {
    if (!(await stat(absolute)).isDirectory()) return { names: [path], diagnostics: [] }
    return listDirectory(path, await readdir(absolute, { withFileTypes: true }))
  } catch (error) {
    return { names: [], diagnostics: [unreadable(path, error)] }
  }
}

function listDirectory(path: string, entries: readonly { readonly name: string; isDirectory(): boolean }[]): Listed {
  const names = entries
    .filter((entry) => /\.ya?ml$/u.test(entry.name) && !entry.isDirectory())
    .map((entry) => join(path, entry.name).replaceAll('\\', '/'))
  if (names.length > 0) return { names: names.toSorted(compareText), diagnostics: [] }
  const hint = 'Name a file, or a directory that holds *.yaml or *.yml files itself; deeper ones are not searched.'
  return { names: [], diagnostics: [fault(path, 'HS1001', `The directory ${path} holds no YAML file.`, hint)] }
}

function distinct(names: readonly string[], cwd: string): readonly string[] {
  const byPath = new Map(names.map((name) => [name === '-' ? name : resolve(cwd, name), name]))
  return [...byPath.values()].toSorted(compareText)
}

async function readSource(name: string, options: ReadOptions): Promise<SourceFile | Diagnostic> {
  const path = resolve(options.cwd, name)
  const label = name === '-' ? '<stdin>' : name
  try {
    const stream =
      name === '-' ? (options.stdin ?? emptyStream()) : createReadStream(path, { highWaterMark: chunkBytes })
    const bytes = await readLimited(stream, options.maxBytes ?? maxBytes)
    if (bytes === undefined)
      return fault(label, 'HS1008', `${label} is larger than 64 MiB.`, 'Split it into several files.')
    const text = decode(bytes)
    if (text === undefined) return notText(label, bytes)
    return name === '-' ? { name: label, baseDir: options.cwd, text } : { name, path, baseDir: dirname(path), text }
  } catch (error) {
    return unreadable(label, error)
  }
}

async function* emptyStream(): AsyncGenerator<Uint8Array> {
  // Nothing was handed over to read from.
}

async function readLimited(stream: AsyncIterable<Uint8Array | string>, limit: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    size += bytes.length
    if (size > limit) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/** Decodes UTF-8, without its byte order mark; undefined where the bytes are not text. */
function decode(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function notText(name: string, bytes: Uint8Array): Diagnostic {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  if (isUtf16) return fault(name, 'HS1001', `${name} is UTF-16 text; only UTF-8 is read.`, 'Save it as UTF-8.')
  return fault(name, 'HS1001', `${name} is not a text file in UTF-8.`, 'Name a YAML file.')
}

const reasons: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOENT: ['does not exist', 'Check the path; `hooks-sync init` writes a first webhooks.yaml.'],
  EACCES: ['may not be read by this user', 'Grant the user read access to it.'],
  EPERM: ['may not be read by this user', 'Grant the user read access to it.'],
  EISDIR: ['is a directory', 'Name a file in it, or the directory itself with -f.'],
  ENOTDIR: ['does not exist, because a part of its path is a file', 'Check the path.'],
  ELOOP: ['is a link that leads to itself', 'Check where the link points.'],
  ENAMETOOLONG: ['has a name that is too long for this system', 'Check the path.'],
}

function unreadable(name: string, error: unknown): Diagnostic {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
  const [reason, hint] = reasons[code] ?? [`cannot be read (${code})`, 'Check the path and the disk.']
  return fault(name, 'HS1001', `${name} ${reason}.`, hint)
}

function fault(file: string, code: 'HS1001' | 'HS1008', message: string, hint: string): Diagnostic {
  return { code, severity: 'error', message, hint, at: { file, line: 1, column: 1 } }
}
