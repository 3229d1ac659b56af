import { afterEach, expect, test } from 'vitest'
import { fileHead, openWorld, type World } from './open-world.ts'

const rate = 40

let world: World

afterEach(() => world.close())

test('two accounts with one key at two places keep to the lower rate of both', async () => {
  world = await openWorld({ switches: { tellcasey: { rate_per_second: rate, retry_after: 'seconds' } } })
  const { tellcasey } = world.sandbox.vendors
  await world.setSecret('tellcasey/again', tellcasey.credentials['api_key'] ?? '')
  const accounts = [account('first', 'api_key', rate), account('second', 'again', 200)]
  await world.write('webhooks.yaml', `${fileHead()}providers:\n${accounts.join('')}`)

  const { plan, summary } = await world.apply()

  expect(summary).toMatchObject({ done: { create: 24 }, failed: 0 })
  expect(tellcasey.log.filter(({ status }) => status === 429)).toEqual([])
  expect(plan.diagnostics.map(({ code }) => code)).toEqual(['HS1018'])
})

function account(name: string, key: string, limit: number): string {
  const webhooks = Array.from(
    { length: 12 },
    (_, at) => `      hook-${at}: { url: https://hooks.example.com/${name}/${at} }\n`,
  )
  return `  ${name}:
    type: tellcasey
    base_url: ${world.sandbox.vendors.tellcasey.baseUrl}
    auth: { api_key: "ref+age://secrets.age#/tellcasey/${key}" }
    rate_limit: ${limit}
    webhooks:
${webhooks.join('')}`
}
