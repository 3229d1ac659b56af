import type { Diagnostic } from './diagnostic.ts'
import { compareText } from './diagnostic.ts'
import type { Ledger, LedgerAccount } from './ledger.ts'
import { isAccountEntry, ledgerAccountId } from './ledger.ts'
import type { AccountInput, AccountPlan, Plan, Refusal } from './plan.ts'
import { planAccount } from './plan-account.ts'
import type { Account } from './webhook.ts'

export interface PlanInput {
  readonly accounts: readonly AccountInput[]
  /** Findings of the phases before, such as accounts that could not be read. */
  readonly diagnostics: readonly Diagnostic[]
  readonly calls: number
}

/** Plans all accounts. A function of its input alone: the order of accounts and files does not matter. */
export function makePlan(input: PlanInput): Plan {
  const accounts = input.accounts
    .toSorted((a, b) => compareText(a.account.name, b.account.name))
    .map((account) => planAccount(account))
  return { accounts: guardEmptied(input, accounts), diagnostics: input.diagnostics, calls: input.calls }
}

/** Refuses files that declare nothing at all where something was applied before: most likely a file went missing. */
function guardEmptied(input: PlanInput, plans: readonly AccountPlan[]): readonly AccountPlan[] {
  const isEmptied =
    input.accounts.every((account) => (account.desired ?? []).length === 0) &&
    input.accounts.some((account) => account.desired !== undefined && hasApplied(account))
  if (!isEmptied || input.accounts.some((account) => account.options.allow.empty)) return plans
  return plans.map((plan) => {
    const account = input.accounts.find((one) => one.account.name === plan.account.name)
    const isAffected = account?.desired !== undefined && hasApplied(account)
    return isAffected ? { ...plan, refusals: [...plan.refusals, emptiedRefusal(plan)] } : plan
  })
}

function hasApplied(account: AccountInput): boolean {
  return Object.entries(account.ledger?.webhooks ?? {}).some(
    ([id, entry]) => !isAccountEntry(id, entry) && account.files.has(entry.file),
  )
}

function emptiedRefusal(plan: AccountPlan): Refusal {
  return {
    code: 'HS3006',
    message: `The files declare no webhook at all, but some of ${plan.account.name} were applied before.`,
    hint: 'Check that the files are complete.',
    flag: '--allow-empty',
    provider: plan.account.name,
  }
}

export interface LedgerAccountFinding {
  /** Id under which the account stands, or will stand, in the ledger. */
  readonly id: string
  readonly account: LedgerAccount
  /** Set where the ledger knows the name under another identity, from files loaded now. */
  readonly repointedFrom?: Readonly<Record<string, string>>
}

/**
 * Finds what the ledger knows of an account. Another identity under the same name is another environment's account,
 * unless a file loaded now declared it: then the account was pointed elsewhere.
 */
export function findLedgerAccount(ledger: Ledger, account: Account, files: ReadonlySet<string>): LedgerAccountFinding {
  const id = ledgerAccountId(account.name, account.identity)
  const found = ledger.accounts[id]
  if (found !== undefined) return { id, account: found }
  const former = Object.entries(ledger.accounts).find(
    ([otherId, other]) =>
      otherId === ledgerAccountId(account.name, other.identity) &&
      Object.values(other.webhooks).some((entry) => files.has(entry.file)),
  )
  if (former === undefined) return { id, account: { identity: account.identity, webhooks: {}, intents: {} } }
  return { id, account: former[1], repointedFrom: former[1].identity }
}
