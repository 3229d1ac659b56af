import { compareText } from '../../core/diagnostic.ts'
import type { LedgerObject } from '../../core/ledger.ts'
import type { ProviderDefinition } from '../../core/provider.ts'
import { partIdsName } from '../../schema/terraform-schema.ts'
import { type CtyObject, type CtyValue, isObject } from '../cty/value.ts'

/** Lists the vendor objects that a state is about. */
export function objectsOf(definition: ProviderDefinition, state: CtyObject): readonly LedgerObject[] {
  const scope = scopeOf(definition, state)
  const parts = state[partIdsName]
  if (isObject(parts)) {
    return Object.entries(parts).flatMap(([part, id]) => (typeof id === 'string' ? [{ id, part, scope }] : []))
  }
  const { id } = state
  return typeof id === 'string' && id !== '' ? [{ id, part: '', scope }] : []
}

/** Names the scope that a state or a configuration is about; empty where the account is the scope. */
export function scopeOf({ scope }: ProviderDefinition, block: CtyObject): string {
  const value = scope === undefined ? undefined : block[scope]
  return typeof value === 'string' ? value : ''
}

/** Renders the attributes that say which vendor objects a webhook is. */
export function idAttributes(definition: ProviderDefinition, objects: readonly LedgerObject[]): CtyObject {
  const id = renderId(definition, objects)
  if (definition.fanOut === undefined) return { id }
  const sorted = objects.toSorted((a, b) => compareText(a.part, b.part))
  return { id, [partIdsName]: Object.fromEntries(sorted.map((object): [string, CtyValue] => [object.part, object.id])) }
}

/** Renders the id of a webhook: that of its object, or those of all its parts. */
export function renderId(definition: ProviderDefinition, objects: readonly { readonly id: string }[]): string {
  const ids = objects.map(({ id }) => id).toSorted(compareText)
  if (definition.partInId !== true) return ids.join(',')
  const split = ids.map((id) => splitOnce(id, ' '))
  const rests = [...new Set(split.map(([, rest]) => rest))]
  return rests.map((rest) => `${partsWith(split, rest).join(',')}|${rest}`).join(',')
}

function partsWith(split: readonly (readonly [string, string])[], rest: string): readonly string[] {
  return split.flatMap(([part, other]) => (other === rest ? [part] : []))
}

/** Reads the ids of the vendor objects out of the id of a webhook; what leads to none comes back empty. */
export function parseId(definition: ProviderDefinition, text: string): readonly string[] {
  if (definition.partInId === true && text.includes('|')) {
    const [parts, rest] = splitOnce(text, '|')
    return splitList(parts).map((part) => `${part} ${rest}`)
  }
  if (definition.fanOut === undefined || definition.partInId === true) return text === '' ? [] : [text]
  return splitList(text)
}

function splitList(text: string): readonly string[] {
  const members = text.split(',').map((member) => member.trim())
  return [...new Set(members.filter((member) => member !== ''))]
}

function splitOnce(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)]
}
