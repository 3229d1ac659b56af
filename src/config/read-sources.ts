import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import {
  decode,
  distinct,
  type Listed,
  listDirectory,
  maxBytes,
  notText,
  tooLarge,
  unreadable,
} from './source-bytes.ts'
import type { SourceFile } from './source-file.ts'

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

async function readSource(name: string, options: ReadOptions): Promise<SourceFile | Diagnostic> {
  const path = resolve(options.cwd, name)
  const label = name === '-' ? '<stdin>' : name
  try {
    const stream =
      name === '-' ? (options.stdin ?? emptyStream()) : createReadStream(path, { highWaterMark: chunkBytes })
    const bytes = await readLimited(stream, options.maxBytes ?? maxBytes)
    if (bytes === undefined) return tooLarge(label)
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
