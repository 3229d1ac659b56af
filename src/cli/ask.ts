import { DiagnosticError } from '../core/diagnostic.ts'
import type { Context } from './context.ts'

/** Asks whether to go on; throws HS6002 where nobody can be asked. */
export async function confirm(context: Context, message: string): Promise<boolean> {
  if (context.flags.isOn('auto-approve')) return true
  if (!context.canAsk()) throw nobodyToAsk()
  const { confirm: ask, isCancel } = await import('@clack/prompts')
  context.output.status(undefined)
  const answer = await ask({
    message,
    initialValue: false,
    // Results alone go to stdout.
    output: process.stderr,
    signal: context.signals.stop,
  })
  if (!isCancel(answer)) return answer
  context.signals.interrupt()
  return false
}

function nobodyToAsk(): DiagnosticError {
  const command = ['hooks-sync', ...process.argv.slice(2).map(quoteWord), '--auto-approve'].join(' ')
  const message = 'This needs a yes, and there is no terminal to ask on.'
  return new DiagnosticError([{ code: 'HS6002', severity: 'error', message, hint: `Run: ${command}` }])
}

/** Quotes a word of a command line for a shell, where it must be. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
