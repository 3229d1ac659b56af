import { type CommandSpec, commandTable } from '../../src/cli/command-table.ts'

/** Lists what the calls of hooks-sync in a text name that there is not: commands, and flags that a command does not take. */
export function commandFaults(text: string): readonly string[] {
  return commandsIn(text).flatMap(faultOf)
}

/** Takes the calls of hooks-sync out of a text: those in code spans, and those in blocks of code. */
function commandsIn(text: string): readonly (readonly string[])[] {
  const blocks = [...text.matchAll(/^```.*?^```/gmsu)].map(([block]) => block)
  const prose = blocks.reduce((rest, block) => rest.replace(block, ''), text)
  const spans = [...prose.matchAll(/`(?:npx )?hooks-sync ([a-z][^`\n]*)`/gu)]
  const lines = [...blocks.join('\n').matchAll(/(?:npx |\| |by: |^)hooks-sync ([a-z][^\n,\]}]*)/gmu)]
  return [...spans, ...lines].map(([, call = '']) => call.trim().split(/\s+/u))
}

function faultOf(words: readonly string[]): readonly string[] {
  const [name = '', second = ''] = words
  if (name === 'help') return []
  const outer = commandTable.find((spec) => spec.name === name)
  if (outer === undefined) return [`hooks-sync ${name}`]
  const spec: CommandSpec = outer.commands?.find((inner) => inner.name === second) ?? outer
  const flags = words.flatMap((word) => (word.startsWith('--') ? [word.slice(2)] : []))
  return flags.filter((flag) => spec.flags.every((known) => known !== flag)).map((flag) => `${name} --${flag}`)
}
