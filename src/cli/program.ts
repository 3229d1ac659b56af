import { Command, Option } from 'commander'
import { version } from '../run/version.ts'
import { type CommandSpec, commandTable } from './command-table.ts'
import { type FlagName, type FlagSpec, flagTable } from './flag-table.ts'

/** A command as the command line names it. */
export interface Call {
  readonly spec: CommandSpec
  /** The whole name, such as `ledger list`. */
  readonly name: string
  readonly operands: readonly string[]
  readonly has: (flag: FlagName) => boolean
  readonly given: (flag: FlagName) => unknown
}

export interface ProgramWriters {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

const footer = `
Each flag can be set by an environment variable: --lock-timeout by HOOKS_SYNC_LOCK_TIMEOUT; a repeatable one takes a value a line.

Exit codes: 0 done, 1 error or wrong usage, 2 changes or drift found, 3 applied in part, 4 plan is stale,
5 refused by a guard, 130 or 143 interrupted.`

/** Makes the parser of the command line; what it finds is handed to `run`. */
export function makeProgram(run: (call: Call) => Promise<void>, writers: ProgramWriters): Command {
  const program = new Command('hooks-sync')
    .description('Webhook subscriptions as code: plan, apply and drift for the webhooks of SaaS accounts.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help of a command')
    .addHelpText('after', footer)
    .exitOverride()
    // Findings are told by the caller, in one form for all.
    .configureOutput({ writeOut: writers.out, writeErr: writers.err, outputError: () => undefined })
  for (const spec of commandTable) addCommand(program, spec, run)
  return program
}

function addCommand(parent: Command, spec: CommandSpec, run: (call: Call) => Promise<void>): void {
  const name = parent.parent === null ? spec.name : `${parent.name()} ${spec.name}`
  const command = parent
    .command(spec.operands === undefined ? spec.name : `${spec.name} ${spec.operands}`)
    .summary(spec.summary)
    .description(sentence(spec.summary))
    .allowExcessArguments(false)
    .showSuggestionAfterError()
  for (const flag of spec.flags) command.addOption(makeOption(flag))
  if (spec.examples.length > 0) command.addHelpText('after', `\nExamples:\n${spec.examples.map(indent).join('\n')}`)
  for (const inner of spec.commands ?? []) addCommand(command, inner, run)
  if (spec.load === undefined) return
  command.action(() =>
    run({
      spec,
      name,
      operands: command.args,
      has: (flag) => spec.flags.includes(flag),
      given: (flag) => givenValue(command, flag),
    }),
  )
}

function makeOption(name: FlagName): Option {
  const { syntax, doc, kind }: FlagSpec = flagTable[name]
  const option = new Option(syntax, doc)
  if (kind === 'list')
    option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
  return option
}

/** Reads what the command line says; commander keeps `--no-x` as a false `x`. */
function givenValue(command: Command, name: FlagName): unknown {
  const isNegated = name.startsWith('no-')
  const attribute = camelCase(isNegated ? name.slice(3) : name)
  if (command.getOptionValueSource(attribute) !== 'cli') return undefined
  const value: unknown = command.getOptionValue(attribute)
  return isNegated ? value === false : value
}

function camelCase(name: string): string {
  return name.replaceAll(/-([a-z])/gu, (_, letter: string) => letter.toUpperCase())
}

function sentence(summary: string): string {
  return `${summary[0]?.toUpperCase() ?? ''}${summary.slice(1)}.`
}

function indent(line: string): string {
  return `  ${line}`
}
