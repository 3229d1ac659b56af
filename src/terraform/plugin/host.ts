import { writeSync } from 'node:fs'
import { Writable } from 'node:stream'
import type { Log } from './log.ts'

/** The process as the plugin uses it; the only file that touches its streams. */
export interface Host {
  /** Writes the one thing that may ever stand on standard output. */
  answer(line: string): void
  /** Writes to standard error, and waits until it is written. */
  note(line: string): void
  exit(code: number): never
}

export const host: Host = {
  answer: (line) => writeAll(1, line),
  note: (line) => {
    try {
      writeAll(2, line)
    } catch {
      // Nobody listens any more; whether the engine is gone is watched elsewhere.
    }
  },
  exit: (code) => process.exit(code),
}

/** How long a pipe may stay full; then nobody reads it, and calls are more than their log. */
const patienceMs = 1_000

/** A pipe that is full for now says so; the rest is offered again. */
function writeAll(descriptor: number, text: string): void {
  let rest: Uint8Array = Buffer.from(text)
  const end = Date.now() + patienceMs
  do rest = rest.subarray(writeSome(descriptor, rest))
  while (rest.length > 0 && Date.now() < end)
}

function writeSome(descriptor: number, bytes: Uint8Array): number {
  try {
    return writeSync(descriptor, bytes)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0
    throw error
  }
}

/**
 * Turns whatever is printed, by whatever library, into lines of the log. A single byte on standard output before the
 * handshake would keep the engine from starting the provider.
 */
export function takeOverStreams(log: Log): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = logStream((line) => log('debug', line, { stream: name }))
    Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => stream })
  }
}

function logStream(tell: (line: string) => void): Writable {
  let rest = ''
  return new Writable({
    decodeStrings: true,
    write(chunk: Buffer, _encoding, done): void {
      const lines = (rest + chunk.toString('utf8')).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line.trim() !== '') tell(line)
      done()
    },
  })
}

export interface Endings {
  /** The engine has asked for the end, or is not there any more. */
  readonly onEnd: (reason: 'terminated' | 'abandoned') => void
  readonly onMistake: (error: unknown) => void
}

const watchMs = 1_000

/** Watches for what ends the process, and keeps what must not end it from doing so. */
export function watchProcess(log: Log, { onEnd, onMistake }: Endings): void {
  // Ctrl-C reaches the whole group; the engine decides, and asks calls to stop where it wants that.
  process.on('SIGINT', () => log('trace', 'An interrupt is left to the engine.'))
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => onEnd('terminated'))
  process.on('uncaughtException', onMistake)
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid !== parent) onEnd('abandoned')
  }, watchMs)
  timer.unref()
}
