import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { openWorld } from '../sync/open-world.ts'

test('the example of smallest.ai is planned, applied, and then as declared', async () => {
  const world = await openWorld({ vendors: ['smallest'] })
  const { baseUrl, credentials, webhooks } = world.sandbox.vendors.smallest
  await world.write('webhooks.yaml', await readFile('examples/smallest/webhooks.yaml', 'utf8'))
  const env = {
    SMALLEST_BASE_URL: baseUrl,
    SMALLEST_API_KEY: credentials['api_key'],
    HEADER_TOKEN: 'Bearer header-token-0123456789',
  }

  const planned = await world.plan({ env })
  const { summary } = await world.apply({ env })
  const stored = webhooks.all().find(({ url }) => url.endsWith('/transcripts'))
  const captured = await world.secret('smallest/transcripts')
  const again = await world.plan({ env })
  await world.close()

  expect(planned.diagnostics).toEqual([])
  expect(planned.accounts.flatMap(({ actions }) => actions.map(({ kind, key }) => `${kind} ${key}`))).toEqual([
    'create call-starts',
    'create spare',
    'create transcripts',
  ])
  expect(summary).toMatchObject({ failed: 0, skipped: 0 })
  expect(stored?.headers).toEqual({ 'X-Team': 'voice', Authorization: env.HEADER_TOKEN })
  expect(captured).toBe(stored?.secret)
  expect(again.accounts.flatMap(({ actions }) => actions.map(({ kind }) => kind))).toEqual(['keep', 'keep', 'keep'])
})
