import type { Diagnostic } from '../core/diagnostic.ts'
import { compareText } from '../core/diagnostic.ts'
import type { LedgerAccount, LedgerObject } from '../core/ledger.ts'
import { claimIntents } from '../core/ownership.ts'
import type { ProviderApi, ProviderDefinition } from '../core/provider.ts'
import type { Account, DesiredWebhook, LiveAccount } from '../core/webhook.ts'
import { lookUntil, settlingWaits } from './confirm-object.ts'
import type { Clock } from './ports.ts'

export interface FetchInput {
  readonly account: Account
  readonly definition: ProviderDefinition
  readonly desired: readonly DesiredWebhook[] | undefined
  readonly ledger: LedgerAccount | undefined
  /** Walk everything the account has, not only the scopes that files or ledger name. */
  readonly allScopes: boolean
}

/** What an account holds, or why that cannot be told. */
export interface Fetched {
  readonly live: LiveAccount
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Lists what the files and the ledger name. A scope that cannot be confirmed is an error, never "none". What a run that
 * was killed a moment ago has created may not be listed yet, so its intents are given time to show.
 */
export async function fetchLive(
  api: ProviderApi,
  input: FetchInput,
  clock: Clock,
  signal?: AbortSignal,
): Promise<Fetched> {
  const scopes = input.allScopes ? 'all' : scopesOf(input)
  const read = async (): Promise<LiveAccount> => addUnlisted(api, input, await api.list(scopes, signal), signal)
  const live = await lookUntil(clock, read, (found) => !hasFreshIntents(input, found, clock.now()))
  return { live, diagnostics: checkScopes(input, live) }
}

/**
 * Asks by id for what the ledger owns and a list does not show. Lists may lag behind what was written a moment ago, and
 * what they lack would be made a second time.
 */
async function addUnlisted(
  api: ProviderApi,
  { ledger }: FetchInput,
  live: LiveAccount,
  signal?: AbortSignal,
): Promise<LiveAccount> {
  if (api.reread === undefined || ledger === undefined) return live
  const listed = new Set(live.objects.map((object) => object.id))
  const scopes = new Set(live.scopes.flatMap(({ scope, state }) => (state === 'listed' ? [scope] : [])))
  const unlisted = ownedObjects(ledger).filter(({ id, scope }) => !listed.has(id) && scopes.has(scope))
  if (unlisted.length === 0) return live
  const found = await api.reread(unlisted, signal)
  return { ...live, objects: [...live.objects, ...found].toSorted((a, b) => compareText(a.id, b.id)) }
}

/** How long, in milliseconds, a vendor may take to list what it has accepted. */
const settlingTime = settlingWaits.reduce((sum, wait) => sum + wait, 0)

function hasFreshIntents({ definition, ledger }: FetchInput, live: LiveAccount, now: number): boolean {
  if (ledger === undefined || Object.keys(ledger.intents).length === 0) return false
  return claimIntents(definition, ledger, live).settled.some(
    ({ intent, made }) => made.length === 0 && now - Date.parse(intent.at) < settlingTime,
  )
}

function scopesOf(input: FetchInput): readonly string[] {
  const { scope } = input.definition
  if (scope === undefined) return ['']
  const declared = (input.desired ?? []).map((webhook) => scopeOf(webhook, scope))
  const owned = input.ledger === undefined ? [] : ownedObjects(input.ledger).map((object) => object.scope)
  const intended = Object.values(input.ledger?.intents ?? {}).map((intent) => intent.scope)
  return [...new Set([...declared, ...owned, ...intended])].toSorted(compareText)
}

function scopeOf(webhook: DesiredWebhook, field: string): string {
  const scope = webhook.fields[field]
  return typeof scope === 'string' ? scope : ''
}

function ownedObjects({ webhooks }: LedgerAccount): readonly LedgerObject[] {
  return Object.values(webhooks).flatMap((entry) => [...entry.objects, ...(entry.retiring ?? [])])
}

function checkScopes(input: FetchInput, live: LiveAccount): readonly Diagnostic[] {
  const { scope: field, title } = input.definition
  if (field === undefined) return []
  const declaredAt = new Map((input.desired ?? []).map((webhook) => [scopeOf(webhook, field), webhook] as const))
  return live.scopes.flatMap(({ scope, state }): readonly Diagnostic[] => {
    const webhook = declaredAt.get(scope)
    if (state === 'listed' || (state === 'gone' && webhook === undefined)) return []
    return [
      {
        code: 'HS3016',
        severity: 'error',
        message: `${title} does not know ${field} ${scope} of ${input.account.name}.`,
        hint:
          state === 'gone'
            ? 'The account answers without it: check the id.'
            : 'A wrong region answers the same way: check region and id. Nothing is taken as deleted.',
        provider: input.account.name,
        ...(webhook === undefined ? {} : { key: webhook.key }),
        ...(webhook?.at === undefined ? {} : { at: webhook.at }),
      },
    ]
  })
}
