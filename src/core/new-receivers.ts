import { isList } from './canonical.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { FieldKind, Fields, ItemKind } from './field.ts'
import type { AccountInput, AccountPlan } from './plan.ts'
import { HiddenSecret, Secret, SecretSlot } from './secret.ts'
import type { DesiredValue, DesiredValues, LiveValue, LiveValues } from './value.ts'

type Value = DesiredValue | LiveValue
type Values = DesiredValues | LiveValues

/** Warns of secrets about to be sent to hosts that no live webhook of a known account delivers to. */
export function adviseOnReceivers(input: AccountInput, plan: Pick<AccountPlan, 'actions'>): readonly Diagnostic[] {
  if (Object.keys(input.ledger?.webhooks ?? {}).length === 0) return []
  const { fields } = input.definition
  const written = plan.actions.filter(({ kind }) => kind === 'create' || kind === 'update' || kind === 'replace')
  const told = written.flatMap(({ key, desired }) => {
    const hosts = desired === undefined ? [] : secretHosts(fields, desired.fields)
    return hosts.map((host) => ({ host, key, at: desired?.at }))
  })
  if (told.length === 0) return []
  const known = new Set(input.live.objects.flatMap((live) => allHosts(fields, live.fields)))
  return told
    .filter(({ host }) => !known.has(host))
    .map(({ host, key, at }) => ({
      code: 'HS3023',
      severity: 'warning',
      message: `${input.account.name}/${key}: new receiver host ${host} would get a secret; no live webhook of the account delivers there.`,
      hint: 'Make sure that it is yours. A policy can list the hosts that are: --policy FILE with receivers.',
      provider: input.account.name,
      key,
      ...(at === undefined ? {} : { at }),
    }))
}

/** Lists the hosts that are told a secret: those of URLs beside one, and the receiver of secrets in maps. */
function secretHosts(fields: Fields, values: DesiredValues): readonly string[] {
  const sentAlong = Object.entries(fields).some(([name, field]) => field.kind === 'map' && hasSecret(values[name]))
  const url = sentAlong ? hostOf(values['url']) : []
  const nested = Object.entries(fields).flatMap(([name, field]) => {
    const inner = values[name]
    return field.kind === 'object' && isValues(inner) && hasSecret(inner) ? allHosts(field.fields, inner) : []
  })
  return [...new Set([...url, ...nested])]
}

function allHosts(fields: Fields, values: Values): readonly string[] {
  return Object.entries(fields).flatMap(([name, field]) => hostsIn(field, values[name]))
}

function hostsIn(kind: FieldKind | ItemKind, value: Value | undefined): readonly string[] {
  if (kind.kind === 'url') return hostOf(value)
  return kind.kind === 'object' && isValues(value) ? allHosts(kind.fields, value) : []
}

/** Cuts the host out of a URL; the core has no parser for them, and those of files were checked by one. */
function hostOf(value: Value | undefined): readonly string[] {
  const host = typeof value === 'string' ? /^https?:\/\/([^/?#]+)/iu.exec(value)?.[1] : undefined
  return host === undefined ? [] : [host.toLowerCase()]
}

function hasSecret(value: Value | undefined): boolean {
  if (value instanceof SecretSlot) return true
  return isValues(value) && Object.values(value).some(hasSecret)
}

function isValues(value: Value | undefined): value is Values {
  if (typeof value !== 'object' || value === null || isList(value)) return false
  return !(value instanceof Secret || value instanceof HiddenSecret || value instanceof SecretSlot)
}
