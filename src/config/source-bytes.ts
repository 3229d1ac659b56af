import { join, resolve } from 'node:path'
import { compareText, type Diagnostic } from '../core/diagnostic.ts'

/** Limit on one file. */
export const maxBytes: number = 64 * 1024 * 1024

/** The files that a path stands for. */
export interface Listed {
  readonly names: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Picks the YAML files of a directory. */
export function listDirectory(
  path: string,
  entries: readonly { readonly name: string; isDirectory(): boolean }[],
): Listed {
  const names = entries
    .filter((entry) => /\.ya?ml$/u.test(entry.name) && !entry.isDirectory())
    .map((entry) => join(path, entry.name).replaceAll('\\', '/'))
  if (names.length > 0) return { names: names.toSorted(compareText), diagnostics: [] }
  const hint = 'Name a file, or a directory that holds *.yaml or *.yml files itself; deeper ones are not searched.'
  return { names: [], diagnostics: [fault(path, 'HS1001', `The directory ${path} holds no YAML file.`, hint)] }
}

/** Names each file once, sorted, however many paths lead to it. */
export function distinct(names: readonly string[], cwd: string): readonly string[] {
  const byPath = new Map(names.map((name) => [name === '-' ? name : resolve(cwd, name), name]))
  return [...byPath.values()].toSorted(compareText)
}

/** Decodes UTF-8, without its byte order mark; undefined where the bytes are not text. */
export function decode(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Says that a file is over the limit. */
export function tooLarge(name: string): Diagnostic {
  return fault(name, 'HS1008', `${name} is larger than 64 MiB.`, 'Split it into several files.')
}

/** Says why bytes are not text that is read. */
export function notText(name: string, bytes: Uint8Array): Diagnostic {
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

/** Says why a file could not be read. */
export function unreadable(name: string, error: unknown): Diagnostic {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
  const [reason, hint] = reasons[code] ?? [`cannot be read (${code})`, 'Check the path and the disk.']
  return fault(name, 'HS1001', `${name} ${reason}.`, hint)
}

function fault(file: string, code: 'HS1001' | 'HS1008', message: string, hint: string): Diagnostic {
  return { code, severity: 'error', message, hint, at: { file, line: 1, column: 1 } }
}
