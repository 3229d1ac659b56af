import { expect, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import { type BudgetedAccount, shareBudgets } from '../../src/providers/shared-budgets.ts'

const account = (name: string, key: string, rest: Partial<BudgetedAccount> = {}): BudgetedAccount => ({
  name,
  type: 'bird',
  baseUrl: 'https://api.example.com',
  credentials: { access_key: new Secret(key) },
  ...rest,
})

/** Groups accounts by what they share, as text. */
function grouped(...accounts: readonly BudgetedAccount[]): readonly string[] {
  const { shares } = shareBudgets(accounts)
  const budgets = [...new Set([...shares.values()].map(({ budget }) => budget))]
  return budgets.map((budget) =>
    [...shares].flatMap(([name, share]) => (share.budget === budget ? name : [])).join(' '),
  )
}

test('accounts with one key share a budget, wherever each keeps it', () => {
  expect(grouped(account('a', 'one'), account('b', 'two'), account('c', 'one'))).toEqual(['a c', 'b'])
})

test('one key at two hosts, or of two vendors, is two keys', () => {
  const elsewhere = account('b', 'one', { baseUrl: 'https://eu.example.com' })

  expect(grouped(account('a', 'one'), elsewhere, account('c', 'one', { type: 'tellcasey' }))).toEqual(['a', 'b', 'c'])
})

test('a path behind the host does not part what the host counts together', () => {
  expect(grouped(account('a', 'one'), account('b', 'one', { baseUrl: 'https://api.example.com/v2' }))).toEqual(['a b'])
})

test('all parts of a key have to agree', () => {
  const parts = (id: string, secret: string) => ({ credentials: { id: new Secret(id), secret: new Secret(secret) } })

  expect(grouped(account('a', '', parts('k', 'one')), account('b', '', parts('k', 'two')))).toEqual(['a', 'b'])
})

test('the lowest of different rates holds for all, and is told', () => {
  const accounts = [account('a', 'one', { rate: 20 }), account('b', 'one', { rate: 5 }), account('c', 'one')]
  const { shares, diagnostics } = shareBudgets(accounts)

  expect([...shares.values()].map(({ rate }) => rate)).toEqual([5, 5, 5])
  expect(diagnostics).toMatchObject([{ code: 'HS1018', severity: 'warning', provider: 'a' }])
  expect(diagnostics[0]?.message).toContain('a, b, c share a key')
  expect(diagnostics[0]?.message).toContain('of b: 5 requests per second')
})

test('nothing is told of equal rates, nor of different keys', () => {
  const equal = [account('a', 'one', { rate: 5 }), account('b', 'one', { rate: 5 })]

  expect(shareBudgets([...equal, account('c', 'two', { rate: 50 })]).diagnostics).toEqual([])
})
