import { canonical, canonicalText, isEmptyValue, isList } from '../../core/canonical.ts'
import { compareText } from '../../core/diagnostic.ts'
import type { Field } from '../../core/field.ts'
import { identityOf } from '../../core/identity.ts'
import type { LedgerObject } from '../../core/ledger.ts'
import type { ProviderDefinition } from '../../core/provider.ts'
import type { LiveValue } from '../../core/value.ts'
import type { LiveObject } from '../../core/webhook.ts'
import type { Kind } from '../../schema/kind-of.ts'
import type { VendorAccount } from '../account/vendor-account.ts'
import type { CtyObject } from '../cty/value.ts'
import type { Holding } from '../resource/state-of.ts'

/** Lists the live webhooks of an account that pass the filters, in the order of their URLs; parts of one are one. */
export async function findWebhooks(account: VendorAccount, filters: CtyObject): Promise<readonly Holding[]> {
  const { definition } = account
  const scope = definition.scope === undefined ? null : (filters[definition.scope] ?? null)
  const { objects } = await (typeof scope === 'string' ? account.list(scope) : account.listAll())
  const holdings = group(definition, objects).filter((holding) => passes(definition, holding, filters))
  return holdings.toSorted((a, b) => compareText(orderOf(a), orderOf(b)))
}

function orderOf({ live, objects }: Holding): string {
  const url = live[0]?.fields['url']
  return `${typeof url === 'string' ? url : ''} ${objects.map(({ id }) => id).join(',')}`
}

function group(definition: ProviderDefinition, objects: readonly LiveObject[]): readonly Holding[] {
  if (definition.fanOut === undefined) return objects.map((live) => holding([live]))
  const groups = new Map<string, LiveObject[][]>()
  for (const live of objects) {
    const name = sharedBy(definition, live)
    const webhooks = groups.get(name) ?? []
    groups.set(name, webhooks)
    // One webhook has each part once; a twin is another webhook.
    const open = webhooks.find((webhook) => !webhook.some(({ part }) => part === live.part))
    if (open === undefined) webhooks.push([live])
    else open.push(live)
  }
  return [...groups.values()].flat().map(holding)
}

/** What the parts of one webhook have in common. */
function sharedBy(definition: ProviderDefinition, { fields, scope }: LiveObject): string {
  const plain = Object.entries(definition.fields)
    .filter(([name, field]) => name !== definition.fanOut && field.kind !== 'secret')
    .map(([name, field]) => canonicalText(field, fields[name]))
  return JSON.stringify([scope, identityOf(definition, '', fields), ...plain])
}

function holding(live: readonly LiveObject[]): Holding {
  const objects = live.map(({ id, part, scope }): LedgerObject => ({ id, part, scope }))
  return { live, objects }
}

function passes(definition: ProviderDefinition, { live }: Holding, { url, event }: CtyObject): boolean {
  const isUrl = typeof url !== 'string' || live.some((object) => isSame(definition, 'url', object, url))
  return isUrl && (typeof event !== 'string' || live.some((object) => receives(definition, object, event)))
}

function isSame({ fields }: ProviderDefinition, name: string, live: LiveObject, wanted: string): boolean {
  const field = fields[name]
  return field !== undefined && canonicalText(field, live.fields[name]) === canonicalText(field, wanted)
}

function receives({ fields }: ProviderDefinition, live: LiveObject, event: string): boolean {
  return Object.entries(fields).some(([name, field]: readonly [string, Field]) =>
    holds(field, live.fields[name], event),
  )
}

function holds(kind: Kind, value: LiveValue | undefined, event: string): boolean {
  if (isEmptyValue(value)) return false
  if (kind.kind === 'event') return canonical(kind, value) === canonical(kind, event)
  if (kind.kind === 'set' || kind.kind === 'bag')
    return isList(value) && value.some((item) => holds(kind.of, item, event))
  if (kind.kind !== 'object' || typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, item]: readonly [string, LiveValue]) => {
    const field = kind.fields[name]
    return field !== undefined && holds(field, item, event)
  })
}
