import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Sources } from './read-sources.ts'
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

/** Reads files and the YAML files of directories without waiting, for programs that build their constructs in one go. */
export function readSourcesNow(paths: readonly string[], cwd: string): Sources {
  const named = paths.map((path) => listFiles(path, cwd))
  const names = distinct(
    named.flatMap((found) => found.names),
    cwd,
  )
  const read = names.map((name) => readSource(name, cwd))
  return {
    files: read.filter((result) => 'text' in result),
    diagnostics: [...named.flatMap((found) => found.diagnostics), ...read.filter((result) => 'code' in result)],
  }
}

function listFiles(path: string, cwd: string): Listed {
  const absolute = resolve(cwd, path)
  try {
    if (!statSync(absolute).isDirectory()) return { names: [path], diagnostics: [] }
    return listDirectory(path, readdirSync(absolute, { withFileTypes: true }))
  } catch (error) {
    return { names: [], diagnostics: [unreadable(path, error)] }
  }
}

function readSource(name: string, cwd: string): SourceFile | Diagnostic {
  const path = resolve(cwd, name)
  try {
    if (statSync(path).size > maxBytes) return tooLarge(name)
    const bytes = readFileSync(path)
    const text = decode(bytes)
    return text === undefined ? notText(name, bytes) : { name, path, baseDir: dirname(path), text }
  } catch (error) {
    return unreadable(name, error)
  }
}
