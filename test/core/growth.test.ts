import { expect, test } from 'vitest'
import { planAccount } from '../../src/core/plan-account.ts'
import { manyImmutable, manyScoped } from './many-webhooks.ts'

test('plans 20,000 webhooks that are as declared as nothing to do', () => {
  const plan = planAccount(manyScoped(4_000, 'same'))

  expect(plan.actions).toHaveLength(20_000)
  expect(plan.actions.every((action) => action.kind === 'keep')).toBe(true)
})

test('plans 20,000 replaces', () => {
  const plan = planAccount(manyImmutable(20_000))

  expect(plan.actions.filter((action) => action.kind === 'replace')).toHaveLength(20_000)
})
