import type { CommanderError } from 'commander'
import { type Diagnostic, DiagnosticError } from '../core/diagnostic.ts'
import { renderDiagnostics } from '../report/diagnostic-text.ts'
import { exitCode } from './exit-code.ts'
import { renderFailure } from './failure-document.ts'
import { makeLook } from './look.ts'
import type { Output } from './output.ts'

/** The command line, as far as it was understood. */
export interface Asked {
  readonly argv: readonly string[]
  readonly command: string
}

const mistake: Diagnostic = {
  code: 'HS9001',
  severity: 'error',
  message: 'hooks-sync made a mistake.',
  hint: 'Report it with the output of --verbose. What was written is recorded; running again continues from there.',
}

/** Why a command takes nothing more, where the parser's own words are not enough. */
const excess: Readonly<Record<string, Pick<Diagnostic, 'message' | 'hint'>>> = {
  'secrets set': {
    message: 'The secret itself is not taken from the command line: other users and the shell history would see it.',
    hint: 'Pipe it, as in `hooks-sync secrets set REF < key.txt`, or leave it out and type it when asked.',
  },
}

/** Tells that a command line cannot be understood, and answers with the exit code. */
export function tellUsage(error: CommanderError, asked: Asked, output: Output): number {
  const known = error.code === 'commander.excessArguments' ? excess[asked.command] : undefined
  if (known !== undefined) return tellFindings([{ code: 'HS6001', severity: 'error', ...known }], asked, output)
  const [said = '', suggestion = ''] = error.message.replace(/^error: /u, '').split('\n')
  const meant = /^\(Did you mean (.+)\?\)$/u.exec(suggestion)?.[1]
  const help = `See hooks-sync ${asked.command === '' ? '' : `${asked.command} `}--help.`
  const hint = meant === undefined ? help : `Did you mean ${meant}? ${help}`
  return tellFindings([{ code: 'HS6001', severity: 'error', message: sentence(said), hint }], asked, output)
}

/** Words an error as findings: its own, or that hooks-sync made a mistake. */
export function explainMistake(error: unknown): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics
  const what = error instanceof Error ? `${error.name}: ${error.message}` : 'What was thrown is no error.'
  return [{ ...mistake, message: `hooks-sync made a mistake: ${what}` }]
}

/** Tells an error that no command took care of, and answers with the exit code. */
export function tellMistake(error: unknown, asked: Asked, output: Output): number {
  const code = tellFindings(explainMistake(error), asked, output)
  if (isVerbose(asked.argv)) output.note(traceOf(error))
  return code
}

/** Renders where a mistake of hooks-sync happened; what is not one needs no trace. */
export function traceOf(error: unknown): string {
  return error instanceof Error && !(error instanceof DiagnosticError) ? `${error.stack ?? ''}\n` : ''
}

function tellFindings(diagnostics: readonly Diagnostic[], asked: Asked, output: Output): number {
  const words = wordsBeforeOperands(asked.argv)
  const wishes = { isPlain: words.includes('--no-color'), isQuiet: false, isVerbose: false }
  output.note(renderDiagnostics(diagnostics, makeLook(output.stderr, process.env, wishes)))
  const code = exitCode(['error'])
  if (words.includes('--json') || isOn(process.env['HOOKS_SYNC_JSON'])) {
    output.result(renderFailure(asked.command, diagnostics, code))
  }
  return code
}

function isVerbose(argv: readonly string[]): boolean {
  const isGiven = wordsBeforeOperands(argv).some((word) => word === '--verbose' || word === '-v')
  return isGiven || isOn(process.env['HOOKS_SYNC_VERBOSE'])
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(1|true|yes|on)$/iu.test(value)
}

function wordsBeforeOperands(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--')
  return end < 0 ? argv : argv.slice(0, end)
}

/** What follows a "=" in a mistyped flag may be a secret. */
function sentence(said: string): string {
  const shown = said.replace(/^(unknown option '--?[^'=]*)=[^']*'/u, "$1'")
  return `${shown[0]?.toUpperCase() ?? ''}${shown.slice(1)}${shown.endsWith('.') ? '' : '.'}`
}
