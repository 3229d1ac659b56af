import { hasErrors } from '../../core/diagnostic.ts'
import { accountKey, entryId, type LedgerAccount, type LedgerEntry, ledgerAccountId } from '../../core/ledger.ts'
import type { AccountPlan, PlanOptions } from '../../core/plan.ts'
import { planAccount } from '../../core/plan-account.ts'
import type { DesiredValues, LiveValues } from '../../core/value.ts'
import type { LiveAccount } from '../../core/webhook.ts'
import { applyAccount } from '../../engine/apply-account.ts'
import { fetchLive } from '../../engine/fetch-live.ts'
import { type LedgerDraft, makeDraft, makeLedger } from '../../engine/ledger/ledger-change.ts'
import type { VendorAccount } from '../account/vendor-account.ts'
import { tell } from '../diagnostics.ts'
import type { ProviderDiagnostic } from '../provider.ts'
import { eitherOf } from '../resource/deadline.ts'
import { makePorts } from '../resource/engine-ports.ts'
import { ObservedApi } from '../resource/observed-api.ts'
import type { SharedType } from './shared-type.ts'

/** What shall become of the values of an account. */
export interface SharedWork {
  readonly type: SharedType
  readonly account: VendorAccount
  readonly desired: DesiredValues
  /** What the state tells; absent where there is none. */
  readonly remembered: Pick<LedgerEntry, 'fingerprints' | 'declared'> | undefined
  /** Nothing new is begun once it is aborted. */
  readonly stop: AbortSignal
  /** Nothing is waited for once it is aborted. */
  readonly deadline: AbortSignal | undefined
}

/** The values as they were found, and what went wrong since. */
export interface Carried {
  readonly diagnostics: readonly ProviderDiagnostic[]
  readonly live: LiveValues
}

const file = 'terraform'

/** Plans and writes the values of an account, as the engine does it for files; its webhooks are left as they are. */
export async function carryOutShared(work: SharedWork): Promise<Carried> {
  const { account, type, deadline, stop } = work
  const api = new ObservedApi(await account.api(), deadline)
  const ledger = ledgerOf(work)
  const input = { account: account.account, definition: type.vendor, desired: [], ledger, allScopes: false }
  const { live, diagnostics } = await fetchLive(api, input, type.clock, eitherOf(stop, deadline))
  if (hasErrors(diagnostics)) return { diagnostics: diagnostics.map((found) => tell(found)), live: {} }
  const plan = planValues(work, live, ledger)
  if (plan.refusals.length > 0) {
    return { diagnostics: plan.refusals.map((refusal) => tell(refusal, about(work))), live: live.fields }
  }
  const warnings: ProviderDiagnostic[] = []
  const ports = makePorts({
    api,
    draft: draftOf(work, ledger),
    clock: type.clock,
    fingerprints: type.fingerprints,
    stop: eitherOf(stop, deadline),
    warn: (found) => warnings.push(tell(found, about(work))),
  })
  const outcome = await applyAccount(ports, { plan, live, ledger, gapAllowed: false })
  if (api.wrote) account.forgetLists()
  const failures = outcome.failed.map(({ failure }) => failure)
  const isCut = outcome.skipped.length > 0 && failures.length === 0
  const cut = isCut ? [tell({ code: 'HS6005', message: 'The run was interrupted before this was written.' })] : []
  return {
    diagnostics: [...warnings, ...failures.map((failure) => tell(failure, about(work))), ...cut],
    live: live.fields,
  }
}

function planValues(work: SharedWork, live: LiveAccount, ledger: LedgerAccount): AccountPlan {
  const { account, type, desired } = work
  return planAccount({
    account: { ...account.account, prune: 'none' },
    definition: type.vendor,
    desired: [],
    desiredFields: desired,
    accountFingerprints: type.fingerprints(desired),
    accountFile: file,
    live,
    ledger,
    files: new Set([file]),
    options: optionsAt(type.clock.now()),
  })
}

/** A person has read the plan of the engine; nothing but the values is written. */
function optionsAt(now: number): PlanOptions {
  const allow = { empty: true, gap: false, takeover: false, recreate: false, http: false, shadow: false, repoint: true }
  return { allow, selects: () => true, writesSecrets: () => true, dedupe: false, now }
}

function ledgerOf({ account, remembered }: SharedWork): LedgerAccount {
  const entry = remembered && { [entryId(file, accountKey)]: { objects: [], file, ...remembered } }
  return { identity: account.account.identity, webhooks: { ...entry }, intents: {} }
}

function about({ account }: SharedWork): { readonly action: string } {
  return { action: `${account.account.name}/${accountKey}` }
}

function draftOf({ account }: SharedWork, ledger: LedgerAccount): LedgerDraft {
  const draft = makeDraft(makeLedger('terraform'))
  const { name, identity } = account.account
  draft.accounts[ledgerAccountId(name, identity)] = { ...ledger, webhooks: { ...ledger.webhooks }, intents: {} }
  return draft
}
