import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Stage } from './stage.ts'

const cli = new URL('../../dist/cli/main.js', import.meta.url).pathname

/** Where a command is watched. */
export interface Terminal {
  readonly columns: number
  /** Shows the command at work: the screen as soon as this is on it. */
  readonly moment?: RegExp
}

/** What was on the screen, colors included. */
export interface Screens {
  readonly atMoment: string
  readonly atEnd: string
}

/** Runs a command on a terminal of its own and answers with what is on the screen. */
export async function watchTerminal(
  { directory, env }: Stage,
  args: string,
  { columns, moment }: Terminal,
): Promise<Screens> {
  const command = `stty cols ${columns} rows 60; exec "${process.execPath}" "${cli}" ${args}`
  const terminal = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: directory,
    env: { ...env, TERM: 'xterm' },
  })
  let written = ''
  let seen: string | undefined
  terminal.stdout.on('data', (chunk: Buffer) => {
    written += chunk.toString('utf8')
    if (seen === undefined && moment?.test(written) === true) seen = written
  })
  await once(terminal, 'close')
  if (moment !== undefined && seen === undefined) throw new Error(`The screen never showed ${moment.source}.`)
  return { atMoment: drawScreen(seen ?? '', columns), atEnd: drawScreen(written, columns) }
}

const escape = String.fromCodePoint(27)
/** Text, a line break, the code that erases a line, one that colors, and any other. */
const pieces = new RegExp(
  `\\r?\\n|\\r${escape}\\[2K|${escape}\\[[\\d;]*m|${escape}\\[[?\\d;]*[A-Za-z]|[^\\r\\n${escape}]`,
  'gu',
)

/** Keeps what a terminal would show in the end: lines that were erased are gone, long ones go on below. */
function drawScreen(written: string, columns: number): string {
  const lines: string[] = []
  let [line, width] = ['', 0]
  const feed = (): void => {
    lines.push(line)
    ;[line, width] = ['', 0]
  }
  for (const [piece] of written.matchAll(pieces)) {
    if (piece.endsWith('\n')) feed()
    else if (piece.startsWith('\r')) [line, width] = ['', 0]
    else if (piece.endsWith('m') && piece.startsWith(escape)) line += piece
    else if (!piece.startsWith(escape)) {
      if (width === columns) feed()
      line += piece
      width += 1
    }
  }
  return [...lines, line].join('\n')
}
