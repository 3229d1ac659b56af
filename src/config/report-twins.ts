import { absentValue, identityFields } from '../core/field.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import type { DesiredValue } from '../core/value.ts'
import type { DesiredWebhook } from '../core/webhook.ts'
import type { Findings } from './findings.ts'
import type { LoadedAccount } from './project.ts'
import { canonicalText } from './read-fields.ts'

/** Finds the findings of the file that declares something. */
export type FindingsOf = (provider: string, key?: string) => Findings | undefined

/** Reports declared webhooks that the vendor could not tell apart. */
export function reportTwinWebhooks({ definition, account, desired = [] }: LoadedAccount, findingsOf: FindingsOf): void {
  const first = new Map<string, DesiredWebhook>()
  for (const webhook of desired) {
    const findings = findingsOf(account.name, webhook.key)
    const path = ['providers', account.name, 'webhooks', webhook.key]
    if (findings === undefined || findings.hasFaultWithin(path)) continue
    const twin = claimIdentities(webhook, definition, first)
    if (twin === undefined) continue
    const names = identityNames(definition).join(', ')
    const shared = twin.part === '' ? '' : ` for the event "${twin.part}"`
    findings.report(
      'HS1011',
      path,
      `"${webhook.key}" is the same webhook as "${twin.webhook.key}"${shared}, declared at ${renderAt(twin.webhook)}.`,
      {
        part: 'key',
        hint: `${definition.title} tells webhooks apart by ${names}; change one of them or remove a webhook.`,
      },
    )
  }
}

interface Twin {
  readonly webhook: DesiredWebhook
  readonly part: string
}

function claimIdentities(
  webhook: DesiredWebhook,
  definition: ProviderDefinition,
  first: Map<string, DesiredWebhook>,
): Twin | undefined {
  const identity = identityText(webhook, definition)
  let twin: Twin | undefined
  for (const part of partsOf(webhook, definition)) {
    const id = `${part}\n${identity}`
    const earlier = first.get(id)
    if (earlier === undefined) first.set(id, webhook)
    else twin ??= { webhook: earlier, part }
  }
  return twin
}

function identityText(webhook: DesiredWebhook, definition: ProviderDefinition): string {
  const names = identityFields(definition.fields).filter((name) => name !== definition.fanOut)
  return names.map((name) => identityValue(name, webhook, definition)).join('\n')
}

function identityValue(name: string, { fields }: DesiredWebhook, definition: ProviderDefinition): string {
  const field = definition.fields[name]
  const value = fields[name] ?? (field === undefined ? undefined : absentValue(field))
  if (field?.kind === 'url' && typeof value === 'string') return field.normalize?.(value) ?? value
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return canonicalText(value.map((item: DesiredValue) => canonicalText(item)).toSorted())
  return canonicalText(value)
}

/** A vendor that subscribes each event on its own has as many objects to confuse. */
function partsOf({ fields }: DesiredWebhook, { fanOut }: ProviderDefinition): readonly string[] {
  const members = fanOut === undefined ? undefined : fields[fanOut]
  return Array.isArray(members) ? members.map(String) : ['']
}

function identityNames({ fields, fanOut }: ProviderDefinition): readonly string[] {
  return Object.keys(fields).filter((name) => fields[name]?.identity === true || name === fanOut)
}

/** Reports accounts that are one account for the vendor. */
export function reportTwinAccounts(accounts: readonly LoadedAccount[], findingsOf: FindingsOf): void {
  const first = new Map<string, LoadedAccount>()
  for (const loaded of accounts) {
    const { account, definition } = loaded
    const findings = findingsOf(account.name)
    const path = ['providers', account.name]
    if (findings === undefined || findings.isFaulted(path) || hasFaultySettings(loaded, findings)) continue
    const id = accountText(loaded)
    const earlier = first.get(id)
    if (earlier === undefined) {
      first.set(id, loaded)
      continue
    }
    const names = ['base_url', ...(definition.accountIdentity.length > 0 ? definition.accountIdentity : ['auth'])].join(
      ', ',
    )
    findings.report(
      'HS1011',
      path,
      `"${account.name}" is the same ${definition.title} account as "${earlier.account.name}", declared at ${renderAt(earlier.account)}.`,
      {
        part: 'key',
        hint: `They agree in ${names}; declare the webhooks of both under one name.`,
      },
    )
  }
}

function hasFaultySettings({ account, definition }: LoadedAccount, findings: Findings): boolean {
  return ['base_url', 'type', 'auth', ...definition.accountIdentity].some((name) =>
    findings.hasFaultWithin(['providers', account.name, name]),
  )
}

/** Where the vendor names no account in its calls, the credential is all that tells two accounts apart. */
function accountText({ account, definition, auth }: LoadedAccount): string {
  const credentials = definition.accountIdentity.length > 0 ? '' : canonicalText(refsOf(auth.plan))
  return `${account.type}\n${canonicalText(account.identity)}\n${credentials}`
}

function refsOf(slots: LoadedAccount['auth']['plan']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(slots).map(([name, slot]) => [name, slot.source.ref]))
}

function renderAt({
  at,
}: {
  readonly at?: { readonly file: string; readonly line: number; readonly column: number }
}): string {
  return at === undefined ? 'another place' : `${at.file}:${at.line}:${at.column}`
}
