/** A source of the same random numbers with each run, so that a failure can be seen again. */
export type Random = () => number

/** Makes numbers from 0 to 1 by the mulberry32 recipe: short, fast, and even enough for choosing. */
export function makeRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Picks one of a list that is not empty. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T
}

const fragments: readonly string[] = [
  '',
  ' ',
  '\n',
  '\t',
  '\r\n',
  '\uFEFF',
  '\u0000',
  '\u2028',
  '\uD800',
  '\u202E',
  '💥',
  '-',
  '- ',
  ': ',
  ':',
  '#',
  '&a ',
  '*a',
  '*b',
  '!!js/function ',
  '!!binary ',
  '!x ',
  '<<: ',
  '? ',
  '|',
  '>-',
  '{',
  '}',
  '[',
  ']',
  '{{',
  '[[[[',
  '"',
  "'",
  '\\',
  '%',
  '@',
  '`',
  'null',
  'true',
  '.inf',
  '-0',
  '1e999',
  '0x7fffffffffffffff',
  '2001-01-01',
  '~',
  'NaN',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  '..',
  '/',
  '%2e%2e',
  'a/b',
  '?x=1',
  '#y',
  '\u0024{env:HOME}',
  '\u0024{env:',
  '\u0024\u0024{',
  'ref+age://',
  'ref+vault://x?address=y#/z',
  'op://a/b/c',
  'ref+env://PATH',
  'version: 2',
  'providers:',
  'webhooks:',
  'stores:',
  '---\n',
  '...\n',
  '- - - - -',
  '<b>',
  '{"a":1}',
  '[]',
]

/** Changes a text in a few places: cuts, doubles, swaps, or puts something hostile in. */
export function mutateText(random: Random, text: string): string {
  let changed = text
  const times = 1 + Math.floor(random() * 4)
  for (let time = 0; time < times; time += 1) changed = mutateOnce(random, changed)
  return changed
}

function mutateOnce(random: Random, text: string): string {
  const from = Math.floor(random() * (text.length + 1))
  const to = Math.min(text.length, from + Math.floor(random() ** 3 * 200))
  const before = text.slice(0, from)
  const part = text.slice(from, to)
  const after = text.slice(to)
  switch (Math.floor(random() * 8)) {
    case 0:
      return before + after
    case 1:
      return before + part + part + after
    case 2:
      return before
    case 3:
      return before + pick(random, fragments).repeat(1 + Math.floor(random() ** 8 * 3000)) + after
    case 4:
      return before + Array.from(part).toReversed().join('') + after
    case 5:
      return before + part.replaceAll(/\S/gu, () => pick(random, ['x', '0', '"', ' ', ':'])) + after
    default:
      return before + pick(random, fragments) + part + pick(random, fragments) + after
  }
}

const values: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  '',
  ' ',
  '..',
  '../x',
  'a/b?c#d',
  '%00',
  '__proto__',
  'constructor',
  '\u202Ex',
  '\uD800',
  [],
  {},
  [[]],
  [null],
  { id: {} },
  '<script>alert(1)</script>',
  '=1+1',
  '\u001B[2J',
  'x'.repeat(100_000),
  '1'.repeat(400),
]

/** Changes a JSON value in one place: another type, a missing or a doubled part, or much too deep a nesting. */
export function mutateJson(random: Random, value: unknown): unknown {
  if (random() < 0.25 || typeof value !== 'object' || value === null) return pick(random, [...values, nest(random)])
  if (Array.isArray(value)) {
    const at = Math.floor(random() * (value.length + 1))
    const chosen: unknown = value[at]
    const dice = random()
    if (dice < 0.2) return [...value, ...value]
    if (dice < 0.4) return [...value.slice(0, at), ...value.slice(at + 1)]
    return [...value.slice(0, at), mutateJson(random, chosen), ...value.slice(at + 1)]
  }
  const entries = Object.entries(value)
  if (entries.length === 0) return pick(random, values)
  const [name, inner] = pick(random, entries)
  if (random() < 0.2) return Object.fromEntries(entries.filter(([other]) => other !== name))
  return { ...value, [name]: mutateJson(random, inner) }
}

function nest(random: Random): unknown {
  let value: unknown = 'deep'
  for (let depth = 0; depth < random() * 5000; depth += 1) value = random() < 0.5 ? [value] : { a: value }
  return value
}
