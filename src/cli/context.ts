import type { Diagnostic } from '../core/diagnostic.ts'
import type { Look } from '../report/look.ts'
import type { Audit } from './audit.ts'
import type { Flags } from './flags.ts'
import type { Output } from './output.ts'
import type { Signals } from './signals.ts'

/** All that a command is given. */
export interface Context {
  /** The whole name, such as `ledger list`. */
  readonly command: string
  readonly operands: readonly string[]
  readonly flags: Flags
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly homeDir: string
  readonly output: Output
  readonly signals: Signals
  /** Undefined without `--audit`. */
  readonly audit?: Audit
  /** How stdout looks. */
  readonly look: Look
  /** How stderr looks. */
  readonly noteLook: Look
  readonly isJson: boolean
  readonly isCi: boolean
  /** Tells whether a question can be asked: there is a terminal on both ends, and this is no CI. */
  canAsk(): boolean
  /** Opens standard input; a command that does not ask for it leaves it alone. */
  stdin(): NodeJS.ReadStream
  /** Writes findings to stderr, for people. */
  report(diagnostics: readonly Diagnostic[]): void
}
