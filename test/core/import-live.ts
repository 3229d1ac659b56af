import fc from 'fast-check'
import type { EventKind, Field, ItemKind } from '../../src/core/field.ts'
import type { ProviderDefinition } from '../../src/core/provider.ts'
import { HiddenSecret, Secret } from '../../src/core/secret.ts'
import type { LiveValue, LiveValues } from '../../src/core/value.ts'
import type { LiveObject } from '../../src/core/webhook.ts'

/** Stands in everything that must not be written down; no field holds it by chance. */
export const secretMark = 'Zq7-confidential-1'

/** Texts that YAML, the loader or a reader may take for something else. */
export const hostileTexts: readonly string[] = [
  'null',
  '~',
  'true',
  'no',
  '12',
  '0x1f',
  '1e3',
  '.inf',
  '2026-11-20',
  "it's",
  'say "hi"',
  'a: b',
  'a:',
  ': a',
  '# no comment',
  'a # b',
  '- a',
  '? a',
  '{a: b}',
  '[a]',
  '*alias',
  '&anchor',
  '!tag',
  '|',
  '>',
  '%TAG',
  '@a',
  '`a`',
  ' leading',
  'trailing ',
  'two\nlines',
  `${'long '.repeat(30)}\nand\n\nlines`,
  'tab\there',
  'cr\rhere',
  '\u0085\u2028\u2029\ufeff',
  '\u001b[31mred\u009b0m',
  '\u202ereversed',
  'ünï ✓ 𝒳 \u{e0001}',
  '${env:HOME}',
  '$${x}',
  '${',
  '$',
  '\\n',
  '...',
  '---',
  '<<',
  '__proto__',
  'constructor',
  'ref+vault://kv/x#/y',
  'see ref+env://X',
  'op://vault/item/field',
]

const plainUrls = ['https://hooks.example.com/a', 'https://hooks.example.com/b', 'https://hooks.example.com/a/']
const oddUrls = [
  'http://hooks.example.com/a',
  'https://hooks.example.com/A?x=1&y=#frag',
  'https://HOOKS.example.com/%7Euser',
  'https://hooks.example.com/${tenant}',
  'https://hooks.example.com/?',
  'https://hooks.example.com:8443/ünï',
  'https://localhost/a',
  'https://127.0.0.1/a',
  'ftp://hooks.example.com/a',
  'not a url',
  `https://hooks.example.com/a?token=${secretMark}`,
  `https://hooks.example.com/a?x=1&apiKey=${secretMark}&y=2#end`,
  `https://hooks.example.com/a?ref=${secretMark}a1b2c3`,
  `https://hooks.example.com/a?${secretMark}a1b2c3`,
  `https://user:${secretMark}@hooks.example.com/a`,
  `https://hooks.example.com/a#token=${secretMark}`,
]

const agents = ['agent-1', 'agent-2']

/** Makes live objects of a vendor as they may stand there after years; with `isTame`, only such as can be declared. */
export function liveObjects(
  definition: ProviderDefinition,
  { isTame = false }: { readonly isTame?: boolean } = {},
): fc.Arbitrary<readonly LiveObject[]> {
  const fields = liveFields(definition, isTame)
  const createdAt = fc.option(fc.constantFrom('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'), { nil: undefined })
  const object = fc.record({ id: fc.uuid(), fields, createdAt, part: anyEvent(definition, isTame) })
  return fc
    .uniqueArray(object, { maxLength: 6, selector: ({ id }) => id })
    .map((list) => list.map((one) => toObject(definition, one)))
}

interface Draft {
  readonly id: string
  readonly fields: LiveValues
  readonly createdAt: string | undefined
  readonly part: string
}

function toObject(definition: ProviderDefinition, { id, fields, createdAt, part }: Draft): LiveObject {
  const { fanOut, scope } = definition
  const all = fanOut === undefined ? fields : { ...fields, [fanOut]: [part] }
  return {
    id,
    part: fanOut === undefined ? '' : part,
    scope: scope === undefined ? '' : textOf(all[scope] ?? ''),
    fields: all,
    ...(createdAt === undefined ? {} : { createdAt }),
  }
}

function liveFields(definition: ProviderDefinition, isTame: boolean): fc.Arbitrary<LiveValues> {
  const names = Object.keys(definition.fields).filter((name) => name !== 'url_params')
  const values = names.map((name) => {
    const field = definition.fields[name]
    return field === undefined ? fc.constant(undefined) : liveField(name, field, isTame)
  })
  return fc
    .tuple(...values)
    .map((list) =>
      Object.fromEntries(names.flatMap((name, index) => (list[index] === undefined ? [] : [[name, list[index]]]))),
    )
}

function liveField(name: string, field: Field, isTame: boolean): fc.Arbitrary<LiveValue | undefined> {
  if (field.kind === 'secret') return liveSecret(field.read)
  if (field.read === 'never') return fc.constant(undefined)
  const value = name === 'app_id' ? fc.constantFrom('app-1', 'app-2') : liveValue(name, field, isTame)
  const isThere = field.presence === 'required' || field.absence?.means === 'default'
  return isThere ? value : fc.option(value, { nil: undefined })
}

function liveSecret(read: Field['read']): fc.Arbitrary<LiveValue | undefined> {
  const hidden = fc.constantFrom<LiveValue | undefined>(undefined, new HiddenSecret('unreadable'))
  if (read === 'never') return hidden
  const shown = fc.constantFrom('one', 'two').map((tail) => new Secret(`${secretMark}-${tail}`))
  return fc.oneof(hidden, shown, fc.constant(new HiddenSecret('masked')))
}

function liveValue(name: string, field: Field | ItemKind, isTame: boolean): fc.Arbitrary<LiveValue> {
  switch (field.kind) {
    case 'url':
      return isTame ? fc.constantFrom(...plainUrls) : fc.constantFrom(...plainUrls, ...oddUrls)
    case 'boolean':
      return fc.constantFrom(true, ...(isTame && 'presence' in field && field.presence === 'vendor' ? [] : [false]))
    case 'choice':
      return fc.constantFrom(...field.values)
    case 'event':
      return events(field, isTame)
    case 'set':
    case 'bag':
      return fc.array(liveValue(name, field.of, isTame), { minLength: isTame ? 1 : 0, maxLength: 3 }).map(asSet(field))
    case 'object':
      return liveMembers(Object.entries(field.fields), isTame)
    case 'text':
      return liveText(name, isTame)
    case 'map':
    case 'secret':
      throw new Error(`Nothing is made for ${name}, of kind ${field.kind}.`)
  }
}

/** A set at a vendor holds nothing twice; of what is tame, nothing is listed under two agents either. */
function asSet(field: Field): (list: readonly LiveValue[]) => LiveValue {
  return (list) => {
    if (field.kind === 'bag') return list.slice(0, 1)
    const byText = new Map(list.map((item) => [textOf(item), item] as const))
    return [...byText.values()]
  }
}

function textOf(item: LiveValue): string {
  if (typeof item === 'string') return item
  const isNamed = typeof item === 'object' && item !== null && 'agent_id' in item
  return JSON.stringify(isNamed ? item.agent_id : item)
}

function liveMembers(members: readonly (readonly [string, Field])[], isTame: boolean): fc.Arbitrary<LiveValue> {
  return fc
    .tuple(...members.map(([name, field]) => liveField(name, field, isTame)))
    .map((values) =>
      Object.fromEntries(
        members.flatMap(([name], index) => (values[index] === undefined ? [] : [[name, values[index]]])),
      ),
    )
}

function liveText(name: string, isTame: boolean): fc.Arbitrary<string> {
  if (name === 'phone_numbers') return fc.constantFrom('+14155550100', '+14155550101')
  if (name === 'agent_id') return fc.constantFrom(...agents)
  if (name === 'service') return fc.constantFrom('channels', 'conversations')
  if (isTame) return fc.constantFrom('plain', 'other words')
  return fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: 'binary', maxLength: 8 }))
}

function events(kind: EventKind, isTame: boolean): fc.Arbitrary<string> {
  const [first = 'event', second = 'event'] = kind.known
  if (isTame) return fc.constantFrom(first, second)
  const aliases = Object.keys(kind.aliases ?? {})
  const refused = Object.keys(kind.refused ?? {})
  const odd = [`${first}s`, 'brand_new.event', '${x}', 'null', ...refused]
  return fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(first, second) },
    { weight: 2, arbitrary: fc.constantFrom(...odd, ...aliases) },
  )
}

function anyEvent({ fields, fanOut }: ProviderDefinition, isTame: boolean): fc.Arbitrary<string> {
  const field = fanOut === undefined ? undefined : fields[fanOut]
  return field?.kind === 'set' && field.of.kind === 'event' ? events(field.of, isTame) : fc.constant('')
}
