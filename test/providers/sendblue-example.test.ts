import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { openWorld } from '../sync/open-world.ts'
import { describeActions } from './managed-account.ts'

test('the example of sendblue is planned, applied, and then as declared', async () => {
  const world = await openWorld({ vendors: ['sendblue'] })
  const { baseUrl, credentials } = world.sandbox.vendors.sendblue
  await world.write('webhooks.yaml', await readFile('examples/sendblue/webhooks.yaml', 'utf8'))
  const env = {
    SENDBLUE_BASE_URL: baseUrl,
    SENDBLUE_API_API_KEY: credentials['api_key'],
    SENDBLUE_API_API_SECRET: credentials['api_secret'],
  }

  const planned = await world.plan({ env })
  const { summary } = await world.apply({ env })
  const again = await world.plan({ env })
  await world.close()

  expect(planned.diagnostics).toEqual([])
  expect(planned.accounts.flatMap(describeActions)).toEqual([
    'update @account global_signing_secret',
    'create contacts',
    'create lines',
    'create messages',
    'create support-line',
  ])
  expect(summary).toMatchObject({ failed: 0, skipped: 0 })
  expect(new Set(again.accounts.flatMap(({ actions }) => actions.map(({ kind }) => kind)))).toEqual(new Set(['keep']))
})
