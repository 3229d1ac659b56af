import type { Command } from 'commander'
import { CommanderError } from 'commander'
import { type Output, openOutput } from './output.ts'
import { type Call, makeProgram } from './program.ts'

/** Runs one command line and answers with its exit code. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  const output = openOutput(process.stdout, process.stderr)
  watchMistakes(argv, output)
  const code = await runArguments(argv, output)
  const failure = await output.flush()
  if (failure === undefined) return code
  output.note(`error HS6001  Standard output cannot be written (${failure}).\n`)
  return code === 0 || code === 2 ? 1 : code
}

/** Runs one command line on streams that are taken over already; what goes wrong is told there. */
export async function runArguments(argv: readonly string[], output: Output): Promise<number> {
  let code = 0
  const run = async (call: Call): Promise<void> => {
    const { runCommand } = await import('./run-command.ts')
    code = await runCommand(call, output)
  }
  const program = makeProgram(run, { out: (text) => output.result(text), err: (text) => output.note(text) })
  try {
    await program.parseAsync(argv, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    // Called without a command: the help was shown.
    if (error instanceof CommanderError && error.code === 'commander.help') return 1
    const { tellUsage, tellMistake } = await import('./tell-failure.ts')
    const asked = { argv, command: namedCommand(program, argv) }
    return error instanceof CommanderError ? tellUsage(error, asked, output) : tellMistake(error, asked, output)
  }
}

/** Finds which command a command line means, also where the rest of it cannot be understood. */
function namedCommand(program: Command, argv: readonly string[]): string {
  const words = argv.filter((word) => !word.startsWith('-'))
  const first = program.commands.find((command) => command.name() === words[0])
  const second = first?.commands.find((command) => command.name() === words[1])
  return [first, second].flatMap((command) => (command === undefined ? [] : [command.name()])).join(' ')
}

/** What nobody caught still ends in one sentence, without a trace and without a secret. */
function watchMistakes(argv: readonly string[], output: Output): void {
  process.on('uncaughtException', (error) => {
    void import('./tell-failure.ts')
      .then(({ tellMistake }) => tellMistake(error, { argv, command: argv[0] ?? '' }, output))
      .then(() => output.flush())
      .finally(() => process.exit(1))
  })
}
