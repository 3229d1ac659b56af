import type { Diagnostic, Position } from '../core/diagnostic.ts'
import type { Secret } from '../core/secret.ts'
import { Budget } from '../http/budget.ts'

/** An account as far as it tells whose requests a vendor counts together. */
export interface BudgetedAccount {
  readonly name: string
  readonly type: string
  readonly baseUrl: string
  readonly credentials: Readonly<Record<string, Secret>>
  /** Requests per second; learned when absent. */
  readonly rate?: number
  readonly at?: Position
}

/** What an account spends its requests from. */
export interface Share {
  readonly budget: Budget
  /** The lowest rate of all who share it. */
  readonly rate?: number
}

export interface SharedBudgets {
  /** By the name of the account. */
  readonly shares: ReadonlyMap<string, Share>
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Finds the accounts that share a key: a vendor counts requests by key, so they spend from one budget. Values are
 * compared, since one key may be kept at two places.
 */
export function shareBudgets(accounts: readonly BudgetedAccount[]): SharedBudgets {
  const groups = groupByKey(accounts)
  const shares = groups.flatMap((members) => {
    const rate = lowestRate(members)
    const share: Share = { budget: new Budget(), ...(rate === undefined ? {} : { rate }) }
    return members.map(({ name }) => [name, share] as const)
  })
  return { shares: new Map(shares), diagnostics: groups.flatMap(tellLowest) }
}

function groupByKey(accounts: readonly BudgetedAccount[]): readonly (readonly BudgetedAccount[])[] {
  const hosts = new Map<string, BudgetedAccount[][]>()
  for (const account of accounts) {
    const host = `${account.type} ${originOf(account.baseUrl)}`
    const groups = hosts.get(host) ?? []
    hosts.set(host, groups)
    const group = groups.find(([first]) => first !== undefined && hasSameKey(first, account))
    if (group === undefined) groups.push([account])
    else group.push(account)
  }
  return [...hosts.values()].flat()
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url
}

function hasSameKey({ credentials: mine }: BudgetedAccount, { credentials: theirs }: BudgetedAccount): boolean {
  const names = Object.keys(mine)
  // Without a credential nothing tells that it is the same.
  if (names.length === 0 || names.length !== Object.keys(theirs).length) return false
  return names.every((name) => {
    const other = theirs[name]
    return other !== undefined && mine[name]?.equals(other) === true
  })
}

function lowestRate(members: readonly BudgetedAccount[]): number | undefined {
  const rates = members.flatMap(({ rate }) => rate ?? [])
  return rates.length === 0 ? undefined : Math.min(...rates)
}

function tellLowest(members: readonly BudgetedAccount[]): readonly Diagnostic[] {
  const lowest = lowestRate(members)
  const slowest = members.find(({ rate }) => rate === lowest)
  const [other] = members.filter(({ rate }) => rate !== lowest)
  if (slowest === undefined || other === undefined) return []
  const names = members.map(({ name }) => name).join(', ')
  return [
    {
      code: 'HS1018',
      severity: 'warning',
      message: `${names} share a key, so all of them together keep to the rate limit of ${slowest.name}: ${lowest} requests per second.`,
      hint: 'Give them the same `rate_limit`, or a key each.',
      provider: other.name,
      ...(other.at === undefined ? {} : { at: other.at }),
    },
  ]
}
