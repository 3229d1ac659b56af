import type { DeclaredSecret, LoadedAccount, LoadedProject } from '../config/project.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { Ledger } from '../core/ledger.ts'
import { findLedgerAccount } from '../core/make-plan.ts'
import type { Secret, SecretSlot } from '../core/secret.ts'
import type { DesiredValues } from '../core/value.ts'
import type { DesiredWebhook } from '../core/webhook.ts'
import { hashWebhook } from '../engine/hash-webhook.ts'
import type { AccountSource } from '../engine/read-accounts.ts'
import type { CallRecord, HttpOptions } from '../http/client.ts'
import { openAccount } from '../providers/open-account.ts'
import { findProvider } from '../providers/registry.ts'
import { type BudgetedAccount, type SharedBudgets, shareBudgets } from '../providers/shared-budgets.ts'
import type { Fingerprinter } from '../secrets/fingerprint.ts'
import { fingerprintFields } from '../secrets/fingerprint-fields.ts'
import type { ResolvedSlots, SlotWant } from '../secrets/resolve-slots.ts'
import { fillSlots, resolveSlots } from '../secrets/resolve-slots.ts'
import type { Resolver } from '../secrets/resolver.ts'
import { allowedOrigins, callEnvironment } from '../trust/trust.ts'
import { refuseUnsendable } from './check-credentials.ts'
import { findSuccessors } from './find-successors.ts'
import type { SyncOptions } from './options.ts'
import type { TrustedProject } from './trusted-project.ts'
import { version } from './version.ts'

/** Which credentials an account is opened with: they may be separated for reading and writing. */
export type AuthUse = 'plan' | 'apply'

export interface SourceInput {
  readonly project: TrustedProject
  readonly resolver: Resolver
  readonly fingerprint: Fingerprinter | undefined
  readonly ledger: Ledger | undefined
  readonly options: SyncOptions
  readonly use: AuthUse
  readonly onCall: (call: CallRecord) => void
  /** Aborted when nothing more is worth waiting for. */
  readonly patience: AbortSignal
  /** Values that stand for those in the vault. */
  readonly staged?: ReadonlyMap<SecretSlot, Secret>
}

export interface Sources {
  readonly sources: readonly AccountSource[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Resolves the secrets of all accounts, each vault path once, and says how each account is opened. */
export async function makeAccountSources(input: SourceInput): Promise<Sources> {
  const found = refuseUnsendable(input.project, input.use, await resolveSlots(input.resolver, wantsOf(input)))
  const succeeded = await findSuccessors(input.project, input.resolver, found.valueOf)
  const resolved = withStaged({ ...found, succeeded }, input.staged)
  const usable = input.project.accounts.filter((loaded) => !resolved.failedAccounts.has(loaded.account.name))
  const { shares, diagnostics } = shareBudgets(usable.map((loaded) => toBudgeted(input, loaded, resolved)))
  return {
    sources: usable.map((loaded) => makeSource(input, loaded, { ...resolved, shares })),
    diagnostics: [...resolved.diagnostics, ...diagnostics],
  }
}

function toBudgeted({ use }: SourceInput, loaded: LoadedAccount, resolved: ResolvedSlots): BudgetedAccount {
  const { account, auth, baseUrl, definition, rateLimit } = loaded
  const rate = rateLimit ?? definition.limits.requestsPerSecond
  return {
    name: account.name,
    type: account.type,
    baseUrl,
    credentials: credentialsOf(auth[use], resolved),
    ...(rate === undefined ? {} : { rate }),
    ...(account.at === undefined ? {} : { at: account.at }),
  }
}

function withStaged(resolved: ResolvedSlots, staged: SourceInput['staged']): ResolvedSlots {
  if (staged === undefined) return resolved
  return { ...resolved, valueOf: (slot) => staged.get(slot) ?? resolved.valueOf(slot) }
}

/** Lists the secrets this run needs: the credentials of one use, and those of the webhooks. */
function wantsOf({ project, use }: SourceInput): readonly SlotWant[] {
  const credentials = new Set<SecretSlot>(
    project.accounts.flatMap((loaded) => Object.values(loaded.auth[use === 'plan' ? 'apply' : 'plan'])),
  )
  for (const loaded of project.accounts) for (const slot of Object.values(loaded.auth[use])) credentials.delete(slot)
  return project.secrets
    .filter(({ slot, path }) => path[0] === 'providers' && !credentials.has(slot))
    .map((secret) => toSlotWant(project, secret))
}

/** Says what a declared secret of an account is for, and where it stands. */
export function toSlotWant(project: LoadedProject, { slot, path, baseDir }: DeclaredSecret): SlotWant {
  const [, provider, section, key, ...field] = path.map(String)
  const place = project.place(path)
  const about = section === 'webhooks' ? { key: key ?? '', path: field.join('.') } : {}
  return { slot, baseDir, provider: provider ?? '', ...about, ...(place === undefined ? {} : { at: place.at }) }
}

/** What opening an account takes beside its declaration. */
type Resolved = ResolvedSlots & Pick<SharedBudgets, 'shares'>

function makeSource(input: SourceInput, loaded: LoadedAccount, resolved: Resolved): AccountSource {
  const { account, definition } = loaded
  const desired = loaded.desired?.map((webhook) => completeWebhook(input, loaded, webhook, resolved))
  const accountFields = Object.fromEntries(
    Object.entries(account.settings).filter(([name]) => definition.accountFields?.[name] !== undefined),
  )
  const desiredFields = fillSlots(accountFields, resolved)
  const prints = fingerprintsOf(input, loaded, desiredFields, '@account')
  return {
    account,
    definition,
    desired,
    desiredFields,
    ...(prints === undefined ? {} : { accountFingerprints: prints }),
    accountFile: loaded.file,
    fingerprintAs: (webhook, key) => fingerprintsOf(input, loaded, webhook.fields, key) ?? {},
    open: () => open(input, loaded, desired ?? [], resolved),
  }
}

function completeWebhook(
  input: SourceInput,
  loaded: LoadedAccount,
  webhook: DesiredWebhook,
  resolved: ResolvedSlots,
): DesiredWebhook {
  const fields = fillSlots(webhook.fields, resolved)
  const fingerprints = fingerprintsOf(input, loaded, fields, webhook.key)
  const hash = hashWebhook(webhook)
  return { ...webhook, fields, hash, ...(fingerprints === undefined ? {} : { fingerprints }) }
}

function fingerprintsOf(
  { fingerprint }: SourceInput,
  { account, definition }: LoadedAccount,
  fields: DesiredValues,
  webhook: string,
): Readonly<Record<string, string>> | undefined {
  if (fingerprint === undefined) return undefined
  const declarations = webhook === '@account' ? (definition.accountFields ?? {}) : definition.fields
  return fingerprintFields(fingerprint, declarations, fields, { account: account.name, webhook })
}

async function open(
  input: SourceInput,
  loaded: LoadedAccount,
  desired: readonly DesiredWebhook[],
  resolved: Resolved,
): ReturnType<AccountSource['open']> {
  const { account, baseUrl } = loaded
  const provider = findProvider(account.type)
  const share = resolved.shares.get(account.name)
  if (provider === undefined || share === undefined)
    throw new TypeError(`No provider is registered for the type ${account.type}.`)
  return openAccount(provider, {
    account,
    baseUrl,
    share,
    credentials: credentialsOf(loaded.auth[input.use], resolved),
    desired,
    formerParams: formerParams(input, loaded),
    allowedOrigins: allowedOrigins(input.project.trust, input.options.env, account.type),
    http: {
      userAgent: `hooks-sync/${version}`,
      env: callEnvironment(input.project.trust, input.options.env),
      onCall: (call) => {
        input.onCall(call)
        input.options.onVendorCall?.({ ...call, provider: account.name, type: account.type })
      },
      patience: input.patience,
      scrub: input.options.scrub,
      ...paceOf(input.options),
    },
  })
}

function paceOf({ pace = {} }: SyncOptions): Pick<HttpOptions, 'timeoutMs' | 'clock'> {
  const { timeoutMs, callClock } = pace
  return {
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(callClock === undefined ? {} : { clock: callClock }),
  }
}

function credentialsOf(
  slots: Readonly<Record<string, SecretSlot>>,
  resolved: ResolvedSlots,
): Readonly<Record<string, Secret>> {
  return Object.fromEntries(
    Object.entries(slots).flatMap(([name, slot]) => {
      const value = resolved.valueOf(slot)
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}

/** Secret parameters that were written before: a live URL may still hold one that no file names any more. */
function formerParams({ ledger, project }: SourceInput, { account }: LoadedAccount): readonly string[] {
  if (ledger === undefined) return []
  const known = findLedgerAccount(ledger, account, new Set(project.ledgerFiles)).account
  const prefix = 'url_params.'
  return Object.values(known.webhooks).flatMap((entry) =>
    Object.keys(entry.fingerprints)
      .filter((path) => path.startsWith(prefix))
      .map((path) => path.slice(prefix.length)),
  )
}
