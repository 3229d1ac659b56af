import { constants } from 'node:fs'
import { access, open, readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type DriftHistory, foldHistory, type HistoryLine } from '../report/drift-history.ts'
import { renderJsonLine } from '../report/json-text.ts'
import { parseHistoryLine } from '../report/parse-history.ts'
import type { Context } from './context.ts'
import { usageError } from './flags.ts'

/** The file of `--history`: one line for each run. */
export interface HistoryFile {
  readonly history: DriftHistory
  append(line: HistoryLine): Promise<void>
}

/** How every line of ours begins, also one that was cut short. */
const marker = '{"hooks_sync_history":'

/** Reads the history before anything is done; a file that is not ours is refused, and left as it is. */
export async function openHistory(context: Context): Promise<HistoryFile | undefined> {
  const name = context.flags.value('history')
  if (name === undefined) return undefined
  const path = resolve(context.cwd, name)
  const text = await readIfThere(path, name)
  await checkPlace(path, name, text)
  const history = foldHistory(parseLines(text, name))
  // A line that was cut short is ended, so that the next one is whole.
  const start = text === '' || text.endsWith('\n') ? '' : '\n'
  return {
    history,
    append: (line) => append(path, name, `${start}${context.output.scrub(renderJsonLine(line))}\n`),
  }
}

async function readIfThere(path: string, name: string): Promise<string> {
  try {
    // A pipe or a device would be waited for without an end.
    if (!(await stat(path)).isFile()) throw notOurs(name, 'it is no file')
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    if (error instanceof Error && 'code' in error) throw notUsable(name, 'read', error)
    throw error
  }
}

/** A run is not begun whose line could not be written. */
async function checkPlace(path: string, name: string, text: string): Promise<void> {
  const place = text === '' ? dirname(path) : path
  await access(place, constants.W_OK).catch((error: unknown) => {
    throw notUsable(name, 'written', error)
  })
}

/** Lines that were cut short tell nothing; what they told comes up anew. */
function parseLines(text: string, name: string): readonly HistoryLine[] {
  return text.split('\n').flatMap((line, at) => {
    if (line === '') return []
    const parsed = parseHistoryLine(line)
    if (parsed !== undefined) return [parsed]
    const isCut = line.startsWith(marker) ? !isJson(line) : marker.startsWith(line)
    if (isCut) return []
    throw notOurs(name, `line ${at + 1} was not written by drift --history of this version`)
  })
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** One write at the end of the file, so that lines of runs side by side do not mix. */
async function append(path: string, name: string, line: string): Promise<void> {
  const { O_APPEND, O_CREAT, O_WRONLY } = constants
  try {
    const file = await open(path, O_APPEND | O_CREAT | O_WRONLY, 0o644)
    try {
      const bytes = Buffer.from(line)
      const { bytesWritten } = await file.write(bytes)
      if (bytesWritten !== bytes.length) throw Object.assign(new Error('short write'), { code: 'ENOSPC' })
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    throw notUsable(name, 'written', error)
  }
}

function notOurs(name: string, why: string): Error {
  return usageError(
    `${name} is not a history of drift: ${why}.`,
    'Name another file with --history; one that is not there is made.',
  )
}

function notUsable(name: string, verb: 'read' | 'written', error: unknown): Error {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
  return usageError(`The history ${name} cannot be ${verb} (${reason}).`, 'Name another file with --history.')
}
