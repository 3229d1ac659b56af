import { homedir } from 'node:os'
import { isatty } from 'node:tty'
import { type Diagnostic, type DiagnosticError, hasErrors } from '../core/diagnostic.ts'
import { observeSecrets } from '../core/secret.ts'
import { renderDiagnostics } from '../report/diagnostic-text.ts'
import { wrapText } from '../report/wrap-text.ts'
import { hardenProcess } from '../run/harden-process.ts'
import { makeScrubber } from '../secrets/scrubber.ts'
import type { RunCommand } from './command-table.ts'
import type { Context } from './context.ts'
import { exitCode } from './exit-code.ts'
import { makeFlags } from './flags.ts'
import { makeForgetter } from './forget-variables.ts'
import { makeLook } from './look.ts'
import type { Output } from './output.ts'
import type { Call } from './program.ts'
import { refuseUntrusted } from './refuse-untrusted.ts'
import { signalTexts } from './signal-texts.ts'
import { type Signals, watchSignals } from './signals.ts'

/** Runs one command, with the streams scrubbed and the signals watched, and answers with its exit code. */
export async function runCommand(call: Call, output: Output): Promise<number> {
  const scrubber = makeScrubber()
  const warnings = hardenProcess()
  const env = { ...process.env }
  const forget = makeForgetter(process.env)
  observeSecrets((value) => {
    scrubber.add(value)
    forget(value)
  })
  output.scrubWith((text) => scrubber.scrub(text))
  const signals = watchSignals(signalTexts(call.name), (text) => output.note(text))
  const context = makeContext(call, env, output, signals)
  try {
    context.report(warnings)
    await refuseUntrusted(context)
    const loaded = await call.spec.load?.()
    return loaded === undefined ? exitCode(['error']) : await runAudited(loaded.run, context)
  } catch (error) {
    if (signals.endings.length === 0) throw error
    return await tellInterrupted(context)
  } finally {
    output.status(undefined)
    signals.close()
  }
}

/** Opens the audit trail before anything is done; a run that could not be written down to its end has failed. */
async function runAudited(run: RunCommand, context: Context): Promise<number> {
  const name = context.flags.value('audit')
  if (name === undefined) return run(context)
  const { openAudit } = await import('./audit.ts')
  const audit = openAudit(context, name)
  let failure: DiagnosticError | undefined
  let code: number
  try {
    code = await run({ ...context, audit })
  } finally {
    failure = audit.close()
    context.report(failure?.diagnostics ?? [])
  }
  return failure !== undefined && (code === 0 || code === 2) ? exitCode(['error']) : code
}

function makeContext(call: Call, env: Context['env'], output: Output, signals: Signals): Context {
  const flags = makeFlags({ has: call.has, given: call.given, env })
  const wishes = {
    isPlain: flags.isOn('no-color'),
    isQuiet: flags.isOn('quiet'),
    isVerbose: flags.isOn('verbose'),
  }
  const noteLook = makeLook(output.stderr, env, wishes)
  return {
    command: call.name,
    operands: call.operands,
    flags,
    env,
    cwd: process.cwd(),
    homeDir: homedir(),
    output,
    signals,
    look: makeLook(output.stdout, env, wishes),
    noteLook,
    isJson: flags.isOn('json'),
    isCi: isCi(env),
    canAsk: () => isatty(0) && output.stderr.isTerminal && !isCi(env),
    stdin: () => process.stdin,
    report: (diagnostics) => {
      const shown = wishes.isQuiet ? diagnostics.filter(wentWrong) : diagnostics
      output.note(wrapText(renderDiagnostics(shown, noteLook), noteLook))
    },
  }
}

/** A message that did not arrive is no error of the run, but nobody else would tell of it. */
function wentWrong(found: Diagnostic): boolean {
  return hasErrors([found]) || found.code === 'HS4014'
}

function isCi({ CI: value }: Context['env']): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false'
}

async function tellInterrupted(context: Context): Promise<number> {
  const code = exitCode(context.signals.endings)
  const diagnostic = { code: 'HS6005', severity: 'error', message: 'The run was interrupted.' } as const
  context.report([diagnostic])
  if (!context.isJson) return code
  const { renderFailure } = await import('./failure-document.ts')
  context.output.result(renderFailure(context.command, [diagnostic], code))
  return code
}
