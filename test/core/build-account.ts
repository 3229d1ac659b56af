import type { Action } from '../../src/core/action.ts'
import type { LedgerAccount, LedgerEntry } from '../../src/core/ledger.ts'
import { entryId } from '../../src/core/ledger.ts'
import type { AccountInput, AccountPlan, Allowances, PlanOptions } from '../../src/core/plan.ts'
import { allowNothing } from '../../src/core/plan.ts'
import { planAccount } from '../../src/core/plan-account.ts'
import type { ProviderDefinition } from '../../src/core/provider.ts'
import type { SecretSource } from '../../src/core/secret.ts'
import { Secret, SecretSlot } from '../../src/core/secret.ts'
import type { DesiredValues, LiveValues } from '../../src/core/value.ts'
import type { Account, DesiredWebhook, LiveObject } from '../../src/core/webhook.ts'

export const file = 'webhooks.yaml'
export const now: number = Date.parse('2026-11-20T12:00:00Z')

export const allowEverything: Allowances = {
  maxDeletes: { percent: 100 },
  empty: true,
  gap: true,
  takeover: true,
  recreate: true,
  http: true,
  shadow: true,
  repoint: true,
}

export function anAccount(definition: ProviderDefinition, parts: Partial<Account> = {}): Account {
  const identity = { origin: definition.baseUrl }
  return { name: 'main', type: definition.type, settings: {}, identity, prune: 'owned', ...parts }
}

export function aWebhook(
  key: string,
  fields: DesiredValues,
  parts: Partial<Omit<DesiredWebhook, 'key' | 'fields'>> = {},
): DesiredWebhook {
  return { provider: 'main', key, fields, file, protected: false, allowGap: false, abandon: false, ...parts }
}

/** Makes a live object; its part and scope are read from its fields as a vendor's would be. */
export function aLive(
  definition: ProviderDefinition,
  id: string,
  fields: LiveValues,
  parts: Partial<LiveObject> = {},
): LiveObject {
  const events = fields['events']
  const part = definition.fanOut !== undefined && Array.isArray(events) ? String(events[0]) : ''
  const named = definition.scope === undefined ? undefined : fields[definition.scope]
  const scope = typeof named === 'string' ? named : ''
  return { id, part, scope, fields, ...parts }
}

export function anEntry(objects: readonly LiveObject[], parts: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    objects: objects.map(({ id, part, scope }) => ({ id, part, scope })),
    file,
    fingerprints: {},
    ...parts,
  }
}

/** Makes the ledger of an account from keys; each entry stands under its own file. */
export function aLedger(entries: Readonly<Record<string, LedgerEntry>> = {}): LedgerAccount {
  const webhooks = Object.fromEntries(
    Object.entries(entries).map(([key, entry]) => [entryId(entry.file, key), entry] as const),
  )
  return { identity: {}, webhooks, intents: {} }
}

export function aSlot(ref: string, value?: string, form: SecretSource['form'] = 'ref'): SecretSlot {
  const source: SecretSource = form === 'generate' ? { form, ref, bytes: 32 } : { form, ref }
  return new SecretSlot(source, value === undefined ? {} : { value: new Secret(value) })
}

export type OptionParts = Partial<Omit<PlanOptions, 'allow'>> & { readonly allow?: Partial<Allowances> }

function planOptions(parts: OptionParts = {}): PlanOptions {
  const { allow, ...others } = parts
  return {
    selects: () => true,
    writesSecrets: () => false,
    dedupe: false,
    now,
    ...others,
    allow: { ...allowNothing, ...allow },
  }
}

export interface Situation {
  readonly desired?: readonly DesiredWebhook[] | undefined
  readonly live?: readonly LiveObject[]
  /** `null` stands for `--no-ledger`. */
  readonly ledger?: LedgerAccount | null
  readonly account?: Partial<Account>
  readonly files?: readonly string[]
  readonly options?: OptionParts
  readonly more?: Partial<AccountInput>
}

export function anInput(definition: ProviderDefinition, situation: Situation = {}): AccountInput {
  const objects = situation.live ?? []
  const scopes = [...new Set(objects.map((live) => live.scope))].map((scope) => ({ scope, state: 'listed' as const }))
  return {
    account: anAccount(definition, situation.account),
    definition,
    desired: 'desired' in situation ? situation.desired : [],
    desiredFields: {},
    live: { objects, scopes, fields: {} },
    ledger: situation.ledger === null ? undefined : (situation.ledger ?? aLedger()),
    files: new Set(situation.files ?? [file]),
    options: planOptions(situation.options),
    ...situation.more,
  }
}

export function planOf(definition: ProviderDefinition, situation: Situation): AccountPlan {
  return planAccount(anInput(definition, situation))
}

export function actionOf(plan: AccountPlan, key: string): Action {
  const found = plan.actions.find((action) => action.key === key)
  if (found === undefined) {
    throw new Error(`no action for ${key}; there are ${plan.actions.map((action) => action.key).join(', ')}`)
  }
  return found
}

/** Tells each action as `key: kind`, in order. */
export function kindsOf(plan: AccountPlan): readonly string[] {
  return plan.actions.map((action) => `${action.key}: ${action.kind}`)
}

export function codesOf(plan: AccountPlan): readonly string[] {
  return plan.refusals.map((refusal) => refusal.code)
}

export function adviceOf(plan: AccountPlan): readonly string[] {
  return plan.diagnostics.map((diagnostic) => diagnostic.code)
}
