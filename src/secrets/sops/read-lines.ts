import { makeFields, type SopsEntry, type SopsFields, type SopsNode } from './sops-node.ts'

/** Where SOPS keeps what it notes in a file without nesting: `sops_age__list_0__map_enc=…`. */
const prefix = 'sops_'
/** Where the fields of an INI file stand that come before its first section. */
const unnamedSection = 'DEFAULT'
const listItem = /^([a-z_]+?)__list_(\d+)(?:__map_(.*))?$/

/** Reads the lines `NAME=value` of a dotenv file, as SOPS does: nothing is trimmed or unquoted. */
export function readDotenv(text: string): SopsFields | string {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  if (lines.some((line) => !line.includes('='))) return 'has a line without "="'
  const pairs = lines.map((line): SopsEntry => {
    const end = line.indexOf('=')
    return [line.slice(0, end), textNode(line.slice(end + 1).replaceAll('\\n', '\n'))]
  })
  const own = pairs.filter(([name]) => name.startsWith(prefix))
  const fields = pairs.filter(([name]) => !name.startsWith(prefix))
  return withNotes(fields, own.length === 0 ? undefined : own.map(([name, node]) => [name.slice(prefix.length), node]))
}

/** Reads the sections of an INI file as SOPS writes it: values in clear that need quotes or go on below are not understood. */
export function readIni(text: string): SopsFields | string {
  const sections: { readonly name: string; readonly entries: SopsEntry[] }[] = []
  let current: SopsEntry[] | undefined
  for (const line of joinQuoted(text)
    .split('\n')
    .map((line) => line.trim())) {
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    const name = /^\[([^[\]]+)\]$/.exec(line)?.[1]
    if (name !== undefined) {
      current = []
      sections.push({ name, entries: current })
      continue
    }
    const end = line.search(/[=:]/)
    if (end < 1 || /^["`]/.test(line)) return 'has a line that is no "name = value"'
    if (current === undefined) {
      current = []
      sections.push({ name: unnamedSection, entries: current })
    }
    current.push([line.slice(0, end).trimEnd(), textNode(line.slice(end + 1).trimStart())])
  }
  const own = sections.find(({ name }) => name === 'sops')?.entries
  const fields: SopsEntry[] = []
  for (const { name, entries } of sections.filter(({ name }) => name !== 'sops')) {
    const section = makeFields(entries)
    if (typeof section === 'string') return section
    fields.push([name, section])
  }
  if (sections.filter(({ name }) => name === 'sops').length > 1) return 'has its section "sops" twice'
  return withNotes(fields, own?.map(unescapeNewlines))
}

/** Some versions of SOPS write the data key over several lines, others with `\\n`. */
function joinQuoted(text: string): string {
  return text.replaceAll(/= """([^"]*)"""/g, (_, lines: string) => `= ${lines.replaceAll('\n', '\\n')}`)
}

function unescapeNewlines([name, node]: SopsEntry): SopsEntry {
  return [name, node.kind === 'text' ? textNode(node.text.replaceAll('\\n', '\n')) : node]
}

function withNotes(fields: readonly SopsEntry[], own: readonly SopsEntry[] | undefined): SopsFields | string {
  if (fields.some(([name]) => name === 'sops')) return 'has a field "sops", which SOPS keeps for itself'
  if (own === undefined) return makeFields(fields)
  const flat = makeFields(own)
  if (typeof flat === 'string') return flat
  return makeFields([...fields, ['sops', nestLists(flat)]])
}

/** Nests the lists of recipients, which stand there as `age__list_0__map_enc`; their items become fields named by index. */
function nestLists(flat: SopsFields): SopsFields {
  const lists = new Map<string, Map<string, SopsEntry[]>>()
  const others: SopsEntry[] = []
  for (const [name, node] of flat.entries) {
    const [, list, index, rest] = listItem.exec(name) ?? []
    if (list === undefined || index === undefined) {
      others.push([name, node])
      continue
    }
    const items = lists.get(list) ?? new Map<string, SopsEntry[]>()
    lists.set(list, items.set(index, [...(items.get(index) ?? []), [rest ?? '', node]]))
  }
  const nested = Array.from(
    lists,
    ([list, items]): SopsEntry => [list, toFields(Array.from(items, ([index, item]) => [index, toFields(item)]))],
  )
  return toFields([...others, ...nested])
}

function toFields(entries: readonly SopsEntry[]): SopsFields {
  return { kind: 'fields', entries }
}

function textNode(text: string): SopsNode {
  return { kind: 'text', text }
}
