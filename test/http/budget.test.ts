import { expect, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import { Budget } from '../../src/http/budget.ts'
import type { HttpClient } from '../../src/http/client.ts'
import { makeClientCredentials } from '../../src/http/client-credentials.ts'
import { tokenBucket } from './limited-vendor.ts'
import { aClient, startVendor } from './vendor-server.ts'
import { makeVirtualClock } from './virtual-clock.ts'

const read = (client: HttpClient): Promise<unknown> =>
  client.request({ method: 'GET', path: '/webhooks', retry: 'idempotent' })

test('two clients of one budget together keep to its rate', async () => {
  const { shared, apart } = { shared: await refusals(true), apart: await refusals(false) }

  expect(shared).toBe(0)
  expect(apart).toBeGreaterThan(0)
})

/** Counts the 429s of two clients that send 30 requests each to a vendor that takes 10 per second of both. */
async function refusals(isShared: boolean): Promise<number> {
  const clock = makeVirtualClock()
  const isLetIn = tokenBucket(10, 10, 'told')
  let refused = 0
  const vendor = await startVendor((response) => {
    const answer = isLetIn(clock.now())
    if (!answer.isLetIn) refused += 1
    response.writeHead(answer.isLetIn ? 200 : 429, { 'retry-after': '1', 'content-type': 'application/json' }).end('{}')
  })
  const budget = new Budget()
  const options = { clock, rate: 10, ...(isShared ? { budget } : {}) }
  const clients = [aClient(vendor.url, options), aClient(vendor.url, options)]
  await clock.run(Promise.all(clients.flatMap((client) => Array.from({ length: 30 }, () => read(client)))))
  return refused
}

test('a pause that one client was told holds for the other', async () => {
  const clock = makeVirtualClock()
  const vendor = await startVendor({ status: 429, headers: { 'retry-after': '7' } }, { status: 200, json: {} })
  const budget = new Budget()
  const [first, second] = [
    aClient(vendor.url, { clock, budget }),
    aClient(vendor.url, { clock, budget, maxWaitMs: 60_000 }),
  ]
  const startedAt = clock.now()

  const answers = Promise.all([read(first), read(second)])
  await clock.run(answers)

  expect(clock.now() - startedAt).toBeGreaterThanOrEqual(7000)
  expect(vendor.seen.length).toBeLessThanOrEqual(4)
})

test('one client that is closed leaves the budget to the other', async () => {
  const vendor = await startVendor({ status: 200, json: {} })
  const budget = new Budget()
  const [first, second] = [
    aClient(vendor.url, { budget, concurrency: 1 }),
    aClient(vendor.url, { budget, concurrency: 1 }),
  ]
  await read(first)
  await first.close()

  await expect(read(second)).resolves.toMatchObject({ status: 200 })
})

test('a call for a token does not wait for the slot that its own request holds', async () => {
  const vendor = await startVendor({ status: 200, json: { access_token: 'token-1', expires_in: 3600 } })
  const budget = new Budget()
  const http = { baseUrl: vendor.url, userAgent: 'hooks-sync/test', budget, concurrency: 1 }
  let time = 0
  // Each look at the clock finds the last token ended, also the one that is taken when the slot is there.
  const now = (): number => (time += 3_600_000)
  const authorize = makeClientCredentials({ http, clientId: 'key', clientSecret: new Secret('key-secret'), now })
  const client = aClient(vendor.url, { budget, concurrency: 1, authorize })

  await expect(Promise.all([read(client), read(client)])).resolves.toHaveLength(2)
})
