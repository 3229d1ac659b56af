import type { Look } from '../report/look.ts'
import type { Face } from './output.ts'

/** What the flags ask for. */
export interface LookWishes {
  readonly isPlain: boolean
  readonly isQuiet: boolean
  readonly isVerbose: boolean
}

/** Columns of what is no terminal: room for an id and a URL on one line. */
const pageWidth = 120

/** Decides how text on a stream looks. */
export function makeLook(face: Face, env: Readonly<Record<string, string | undefined>>, wishes: LookWishes): Look {
  return {
    color: !wishes.isPlain && hasColor(face, env),
    width: face.columns ?? pageWidth,
    isTerminal: face.isTerminal,
    quiet: wishes.isQuiet,
    verbose: wishes.isVerbose,
  }
}

/** Honors `NO_COLOR` (no-color.org) and `FORCE_COLOR`, as other tools of Node do. */
function hasColor(face: Face, env: Readonly<Record<string, string | undefined>>): boolean {
  const { NO_COLOR: never, FORCE_COLOR: always, TERM: terminal } = env
  if (never !== undefined && never !== '') return false
  if (always !== undefined) return always !== '0' && always !== 'false'
  return face.isTerminal && terminal !== 'dumb'
}
