import { randomUUID } from 'node:crypto'
import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import type { DiagnosticError } from '../core/diagnostic.ts'
import type { Plan } from '../core/plan.ts'
import { planChecksum } from '../report/plan-checksum.ts'
import { toPlanDocument } from '../report/plan-document.ts'
import type { VendorCall } from '../run/options.ts'
import { findActor } from './audit-actor.ts'
import { usageError } from './flags.ts'

/** The file that every vendor call of a run is written down in. */
export interface Audit {
  record(call: VendorCall): void
  /** Names the plan that all calls from now on are made for. */
  decide(plan: Plan): void
  /** Aborted when a line could not be written: what cannot be written down is not begun. */
  readonly lost: AbortSignal
  /** Waits until all is on disk; answers why it is not. */
  close(): DiagnosticError | undefined
}

/** What the trail tells of the run itself. */
export interface AuditedRun {
  readonly command: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly output: { scrub(text: string): string }
}

/** Opens the file of `--audit`; throws where it cannot be written, so that nothing is done unseen. */
export function openAudit(context: AuditedRun, name: string): Audit {
  const path = resolve(context.cwd, name)
  const file = attempt(name, () => openForLines(path))
  const actor = findActor(context.env)
  const run = { run: randomUUID(), command: context.command, actor: actor.name, actor_from: actor.from }
  const lost = new AbortController()
  let failure: DiagnosticError | undefined
  let checksum: string | null = null
  return {
    record: (call) => {
      if (failure !== undefined) return
      const time = new Date().toISOString()
      const line = renderLine({ time, ...run, ...describe(call), plan: checksum }, (text) => context.output.scrub(text))
      try {
        writeWhole(file, line)
      } catch (error) {
        failure = notWritten(name, error)
        lost.abort(failure)
      }
    },
    decide: (plan) => {
      checksum = planChecksum(toPlanDocument(plan).actions)
    },
    lost: lost.signal,
    close: () => {
      try {
        finish(file)
      } catch (error) {
        failure ??= notWritten(name, error)
      }
      return failure
    },
  }
}

/** Lines of several runs may go to one file: each is added at its end with one write. */
function openForLines(path: string): number {
  const { O_APPEND, O_CREAT, O_WRONLY, O_NONBLOCK } = constants
  const isBroken = endsWithinLine(path)
  // A pipe that nobody reads is refused instead of waited for.
  const file = openSync(path, O_APPEND | O_CREAT | O_WRONLY | O_NONBLOCK, 0o600)
  if (isBroken) writeWhole(file, '\n')
  return file
}

/** Whether somebody's last line was cut short; what cannot be read is left as it is. */
function endsWithinLine(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isFile() !== true || found.size === 0) return false
  try {
    const file = openSync(path, constants.O_RDONLY)
    try {
      const last = Buffer.alloc(1)
      return readSync(file, last, 0, 1, found.size - 1) === 1 && last.toString() !== '\n'
    } finally {
      closeSync(file)
    }
  } catch {
    return false
  }
}

function describe(call: VendorCall): Readonly<Record<string, string | number | null>> {
  return {
    account: call.provider,
    vendor: call.type,
    method: call.method,
    path: call.template,
    object: call.object ?? null,
    status: call.status ?? null,
    error: call.fault ?? null,
    attempt: call.attempt,
    request_id: call.requestId ?? null,
    duration_ms: Math.round(call.durationMs),
  }
}

type Line = Readonly<Record<string, string | number | null>>

const longest = 512

/** Texts of vendors may hold anything: each is scrubbed, cut, and shown without characters that move or hide others. */
function renderLine(line: Line, scrub: (text: string) => string): string {
  const safe = Object.entries(line).map(([name, value]) => [
    name,
    typeof value === 'string' ? scrub(value).slice(0, longest) : value,
  ])
  return `${escapeInvisible(JSON.stringify(Object.fromEntries(safe)))}\n`
}

function escapeInvisible(json: string): string {
  return json.replaceAll(/[^\u0020-\u007e]/gu, (character) =>
    Array.from({ length: character.length }, (_, at) => escapeUnit(character.charCodeAt(at))).join(''),
  )
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}

/** Written at once and not by a stream, so that nothing waits in memory when the process is ended. */
function writeWhole(file: number, line: string): void {
  const bytes = Buffer.from(line)
  if (writeSync(file, bytes) !== bytes.length) throw Object.assign(new Error('short write'), { code: 'ENOSPC' })
}

function finish(file: number): void {
  try {
    if (fstatSync(file).isFile()) fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function attempt<T>(name: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw notWritten(name, error)
  }
}

function notWritten(name: string, error: unknown): DiagnosticError {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
  return usageError(
    `The audit trail ${name} cannot be written (${reason}).`,
    'Name another file with --audit, or make room; no vendor is called that is not written down.',
  )
}
