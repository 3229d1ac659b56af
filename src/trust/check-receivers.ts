import type { LoadedAccount, LoadedProject } from '../config/project.ts'
import type { Path } from '../config/source-tree.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { FieldKind, Fields, ItemKind } from '../core/field.ts'
import { SecretSlot } from '../core/secret.ts'
import type { DesiredValue, DesiredValues } from '../core/value.ts'
import type { Policy } from './policy.ts'

/** Where webhooks are declared, as far as their receivers go. */
export interface ReceiverSource {
  readonly accounts: readonly Pick<LoadedAccount, 'account' | 'definition' | 'desired'>[]
  readonly place: LoadedProject['place']
}

/** Finds URLs of webhooks that lead to hosts the policy does not list. */
export function checkReceivers(project: ReceiverSource, { receivers }: Policy): readonly Diagnostic[] {
  if (receivers === undefined) return []
  return project.accounts.flatMap((loaded) =>
    (loaded.desired ?? []).flatMap((webhook) =>
      listUrls(loaded.definition.fields, webhook.fields)
        .filter(({ url }) => !isReceiver(url, receivers))
        .map(({ path, url }) => unlisted(project, loaded, webhook.key, path, url)),
    ),
  )
}

/** Tells whether a URL leads to one of the hosts; a host stands for the usual port alone, unless it names one. */
function isReceiver(text: string, receivers: readonly string[]): boolean {
  if (!URL.canParse(text)) return false
  const { host } = new URL(text)
  return receivers.some((pattern) => {
    const below = pattern.slice(1)
    return pattern.startsWith('*.') ? host.endsWith(below) && host.length > below.length : host === pattern
  })
}

interface DeclaredUrl {
  readonly path: Path
  readonly url: string
}

function listUrls(fields: Fields, values: DesiredValues, path: Path = []): readonly DeclaredUrl[] {
  return Object.entries(fields).flatMap(([name, field]) => urlsOf(field, values[name], [...path, name]))
}

function urlsOf(kind: FieldKind | ItemKind, value: DesiredValue | undefined, path: Path): readonly DeclaredUrl[] {
  if (kind.kind === 'url') return typeof value === 'string' ? [{ path, url: value }] : []
  if (kind.kind === 'object') return isValues(value) ? listUrls(kind.fields, value, path) : []
  if (kind.kind !== 'set' && kind.kind !== 'bag') return []
  return isItems(value) ? value.flatMap((item, index) => urlsOf(kind.of, item, [...path, index])) : []
}

function isItems(value: DesiredValue | undefined): value is readonly DesiredValue[] {
  return Array.isArray(value)
}

function isValues(value: DesiredValue | undefined): value is DesiredValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof SecretSlot)
}

function unlisted(
  project: ReceiverSource,
  { account }: Pick<LoadedAccount, 'account'>,
  key: string,
  path: Path,
  url: string,
): Diagnostic {
  const host = URL.canParse(url) ? new URL(url).host : 'what it names'
  return {
    code: 'HS2014',
    severity: 'error',
    message: `${path.join('.')} leads to ${host}, which the policy does not list under receivers.`,
    hint: 'Name one of the hosts that the operator allows, or ask for this one to be listed.',
    ...project.place(['providers', account.name, 'webhooks', key, ...path]),
    provider: account.name,
    key,
  }
}
