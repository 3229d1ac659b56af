import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { openWorld } from '../sync/open-world.ts'
import { describeActions } from './managed-account.ts'

test('the example of bird is planned, applied, and then as declared', async () => {
  const world = await openWorld({ vendors: ['bird'] })
  const { baseUrl, credentials } = world.sandbox.vendors.bird
  await world.write('webhooks.yaml', await readFile('examples/bird/webhooks.yaml', 'utf8'))
  const env = {
    BIRD_BASE_URL: baseUrl,
    BIRD_WORKSPACE_ID: credentials['workspace_id'],
    BIRD_ACCESS_KEY: credentials['access_key'],
  }

  const planned = await world.plan({ env })
  const { summary } = await world.apply({ env })
  const again = await world.plan({ env })
  await world.close()

  expect(planned.diagnostics).toEqual([])
  expect(planned.accounts.flatMap(describeActions)).toEqual([
    'create conversations',
    'create delivered',
    'create inbound',
  ])
  expect(summary).toMatchObject({ failed: 0, skipped: 0 })
  expect(new Set(again.accounts.flatMap(({ actions }) => actions.map(({ kind }) => kind)))).toEqual(new Set(['keep']))
})
