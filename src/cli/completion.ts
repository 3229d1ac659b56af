import { type CommandSpec, commandTable } from './command-table.ts'
import { type FlagName, type FlagSpec, flagTable } from './flag-table.ts'

export const shells = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof shells)[number]

/** What can stand next after a command. */
interface Stop {
  /** The whole name so far; empty for the program itself. */
  readonly path: string
  readonly next: readonly Candidate[]
}

interface Candidate {
  readonly kind: 'command' | 'flag' | 'operand'
  readonly word: string
  readonly doc: string
}

const renderers: { readonly [S in Shell]: (stops: readonly Stop[]) => string } = {
  bash: renderBash,
  zsh: renderZsh,
  fish: renderFish,
}

/** Renders the completion script of a shell from the tables that the parser is made of. */
export function renderCompletion(shell: Shell): string {
  return renderers[shell]([{ path: '', next: commandTable.map(toCandidate) }, ...commandTable.flatMap(listStops)])
}

function listStops(spec: CommandSpec): readonly Stop[] {
  const inner = spec.commands ?? []
  const own: Stop = { path: spec.name, next: [...inner.map(toCandidate), ...operandsOf(spec), ...flagsOf(spec)] }
  return [own, ...inner.map((one) => ({ path: `${spec.name} ${one.name}`, next: flagsOf(one) }))]
}

function toCandidate({ name, summary }: CommandSpec): Candidate {
  return { kind: 'command', word: name, doc: summary }
}

function flagsOf({ flags }: CommandSpec): readonly Candidate[] {
  return flags.map((name: FlagName) => {
    const { doc }: FlagSpec = flagTable[name]
    return { kind: 'flag', word: `--${name}`, doc }
  })
}

function operandsOf({ name }: CommandSpec): readonly Candidate[] {
  return name === 'completion' ? shells.map((shell) => ({ kind: 'operand', word: shell, doc: '' })) : []
}

/** The patterns with which bash and zsh find out, word by word, which command is meant. */
function pathPatterns(stops: readonly Stop[]): string {
  const paths = stops.filter(({ path }) => path !== '').map(({ path }) => (path.includes(' ') ? path : ` ${path}`))
  return paths.map((path) => `"${path}"`).join(' | ')
}

function renderBash(stops: readonly Stop[]): string {
  const cases = stops.map(({ path, next }) => `    "${path}") words="${next.map(({ word }) => word).join(' ')}" ;;`)
  return `# bash completion of hooks-sync
_hooks_sync() {
  local at="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in
      ${pathPatterns(stops)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _hooks_sync hooks-sync
`
}

function renderZsh(stops: readonly Stop[]): string {
  const cases = stops.map(({ path, next }) => {
    const items = next.map(({ word, doc }) => quote(`${word}:${doc.replaceAll(':', String.raw`\:`)}`))
    return `    "${path}") items=(${items.join(' ')}) ;;`
  })
  return `#compdef hooks-sync
_hooks_sync() {
  local at="" word
  local -a items
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      ${pathPatterns(stops)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  _describe hooks-sync items || _files
}
compdef _hooks_sync hooks-sync
`
}

function renderFish(stops: readonly Stop[]): string {
  const groups = stops.filter(({ path }) => path.includes(' ')).map(({ path }) => path.split(' ')[0] ?? '')
  const lines = stops.flatMap(({ path, next }) => {
    const condition = fishCondition(path, [...new Set(groups)], next)
    return next.map(({ kind, word, doc }) => {
      const what = kind === 'flag' ? `-l ${word.slice(2)}` : `-a ${word}`
      return `complete -c hooks-sync -n ${quote(condition)} ${what} -d ${quote(doc)}`
    })
  })
  return `# fish completion of hooks-sync\n${lines.join('\n')}\n`
}

function fishCondition(path: string, groups: readonly string[], next: readonly Candidate[]): string {
  const [first = '', second] = path.split(' ')
  if (first === '') return '__fish_use_subcommand'
  if (second !== undefined) return `__fish_seen_subcommand_from ${first}; and __fish_seen_subcommand_from ${second}`
  const inner = next.filter(({ kind }) => kind === 'command').map(({ word }) => word)
  // A command and one inside a group may have the same name.
  const others = inner.length > 0 ? inner : groups
  return `__fish_seen_subcommand_from ${first}; and not __fish_seen_subcommand_from ${others.join(' ')}`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
