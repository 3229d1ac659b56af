import { mkdir, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Diagnostic } from '../../core/diagnostic.ts'
import { renderJson } from '../../report/json-text.ts'
import { replaceFile } from '../../secrets/atomic-file.ts'
import type { UndoDocument } from './undo-file.ts'

/** How many undo files are kept. */
const keptUndos = 20

const fileName = /^\d{4}-\d{2}-\d{2}T[\d-]+\.\d{3}Z\.json$/u

/** Where undo files lie: beside the ledger, or where the run is when that is no file here. */
export function undoDirectory(ledgerDirectory: string | undefined, cwd: string): string {
  if (ledgerDirectory === undefined) return join(cwd, '.hooks-sync', 'undo')
  return basename(ledgerDirectory) === '.hooks-sync'
    ? join(ledgerDirectory, 'undo')
    : join(ledgerDirectory, '.hooks-sync', 'undo')
}

/** An undo file of a run that is under way. */
export interface UndoFile {
  readonly path: string
  /** Replaces the text, so that a reader or a crash sees the old or the new one. */
  write(document: UndoDocument): Promise<void>
  remove(): Promise<void>
}

/** Begins an undo file that its owner alone reads, and lets the oldest ones go. */
export async function openUndoFile(directory: string, now: number, scrub: (text: string) => string): Promise<UndoFile> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const taken = new Set((await readdir(directory)).filter((name) => fileName.test(name)))
  let at = now
  while (taken.has(nameOf(at))) at += 1
  const path = join(directory, nameOf(at))
  const old = [...taken].toSorted().slice(0, Math.max(0, taken.size + 1 - keptUndos))
  for (const name of old) await rm(join(directory, name), { force: true })
  return {
    path,
    write: async (document) => {
      await replaceFile(path, `${scrub(renderJson(document))}\n`, () => Promise.resolve(true))
    },
    remove: () => rm(path, { force: true }),
  }
}

function nameOf(time: number): string {
  return `${new Date(time).toISOString().replaceAll(':', '-')}.json`
}

/** Words an undo file that cannot be written; the apply goes on without. */
export function notKept(error: unknown): Diagnostic {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
  return {
    code: 'HS3026',
    severity: 'warning',
    message: `What would undo this apply cannot be written down (${reason}).`,
    hint: 'Make .hooks-sync/undo writable to be able to undo the next one.',
  }
}
