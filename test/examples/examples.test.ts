import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { definitions } from '../../src/providers/registry.ts'
import { openWorld, type World } from '../sync/open-world.ts'
import { type RequestWatch, watchRequests } from '../vendors/watch-requests.ts'

const examples = join(import.meta.dirname, '..', '..', 'examples')
const types = definitions.map(({ type }) => type)
const folders = readdirSync(examples).filter((folder) => existsSync(join(examples, folder, 'webhooks.yaml')))

let world: World
let watches: readonly (readonly [type: string, watch: RequestWatch])[]

test('there is an example for each vendor, one with all of them, and one for each framework', () => {
  expect(folders.toSorted()).toEqual(['all', 'cdktf', 'cdktn', ...types].toSorted())
})

test.each(definitions.map(({ type, fields }) => [type, fields] as const))(
  'the example of %s shows every field that can be declared',
  (type, fields) => {
    const text = readFileSync(join(examples, type, 'webhooks.yaml'), 'utf8')

    const declarable = Object.entries(fields).filter(([, { presence }]) => presence !== 'vendor')
    expect(declarable.map(([name]) => name).filter((name) => !new RegExp(`\\b${name}:`, 'u').test(text))).toEqual([])
  },
)

describe('the examples', () => {
  beforeEach(async () => {
    world = await openWorld()
    watches = types.map((type) => [type, watchRequests(world.sandbox.vendors[type]?.baseUrl ?? '')])
  })

  afterEach(async () => {
    for (const [, watch] of watches) watch.stop()
    await world.close()
  })

  test.for(folders)('in %s are planned, applied, and then as declared', async (folder) => {
    const text = await copyExample(folder)
    const env = environment()
    const files = [world.directory]

    const planned = await world.plan({ env, files })
    const { summary } = await world.apply({ env, files })
    const findings = watches.flatMap(([type, watch]) => watch.findings(type))
    takeCalls()
    const again = await world.plan({ env, files })

    expect(planned.diagnostics).toEqual([])
    const made = planned.accounts.flatMap(({ actions }) => actions.filter(({ key }) => key !== '@account'))
    expect(made.length).toBeGreaterThan(0)
    expect(new Set(made.map(({ kind }) => kind))).toEqual(new Set(['create']))
    const declaredTypes = [...text.matchAll(/^ {4}type: (\w+)/gmu)].map(([, type]) => type)
    expect(new Set(made.map(({ type }) => type))).toEqual(new Set(declaredTypes))
    expect(summary).toMatchObject({ failed: 0, skipped: 0 })
    expect(findings).toEqual([])
    expect(new Set(again.accounts.flatMap(({ actions }) => actions.map(({ kind }) => kind)))).toEqual(new Set(['keep']))
  })

  test('of all vendors, once applied, cost one call for each list and one for a token', async () => {
    await copyExample('all')
    const [env, files] = [environment(), [world.directory]]
    await world.apply({ env, files })
    takeCalls()

    const { calls } = await world.plan({ env, files })

    const { sinch, bird } = world.sandbox.vendors
    expect(takeCalls()).toEqual([
      `bird GET /workspaces/${bird.credentials['workspace_id']}/webhook-subscriptions`,
      'sendblue GET /api/account/webhooks',
      'sinch POST /oauth2/token',
      `sinch GET /v1/projects/${sinch.credentials['project_id']}/apps/${sinch.credentials['app_id']}/webhooks`,
      'smallest GET /webhook',
      'tellcasey GET /webhooks',
    ])
    expect(calls).toBe(6)
  })
})

/** What a person who tries an example puts into the environment. */
function environment(): Readonly<Record<string, string | undefined>> {
  const { sinch, sendblue, smallest, bird, tellcasey } = world.sandbox.vendors
  return {
    SINCH_BASE_URL: sinch.baseUrl,
    SINCH_AUTH_URL: sinch.baseUrl,
    SINCH_PROJECT_ID: sinch.credentials['project_id'],
    SINCH_APP_ID: sinch.credentials['app_id'],
    SINCH_KEY_ID: sinch.credentials['key_id'],
    SINCH_KEY_SECRET: sinch.credentials['key_secret'],
    SENDBLUE_BASE_URL: sendblue.baseUrl,
    SENDBLUE_API_API_KEY: sendblue.credentials['api_key'],
    SENDBLUE_API_API_SECRET: sendblue.credentials['api_secret'],
    SMALLEST_BASE_URL: smallest.baseUrl,
    SMALLEST_API_KEY: smallest.credentials['api_key'],
    SMALLEST_AGENT_ID: smallest.credentials['agent_id'],
    BIRD_BASE_URL: bird.baseUrl,
    BIRD_WORKSPACE_ID: bird.credentials['workspace_id'],
    BIRD_ACCESS_KEY: bird.credentials['access_key'],
    TELLCASEY_BASE_URL: tellcasey.baseUrl,
    TELLCASEY_API_KEY: tellcasey.credentials['api_key'],
    HEADER_TOKEN: 'Bearer header-token-0123456789',
    RECEIVER_TOKEN: 'receiver-token-0123456789',
    SINCH_SIGNING_SECRET: 'signing-secret-0123456789',
    TOKEN_CLIENT_SECRET: 'token-client-secret-0123456789',
  }
}

async function copyExample(folder: string): Promise<string> {
  const names = readdirSync(join(examples, folder)).filter((name) => name.endsWith('.yaml'))
  const texts = names.map((name) => [name, readFileSync(join(examples, folder, name), 'utf8')] as const)
  for (const [name, text] of texts) await world.write(name, text)
  return texts.map(([, text]) => text).join('\n')
}

/** The calls that all vendors got since this was asked for last. */
function takeCalls(): readonly string[] {
  return watches.flatMap(([type, watch]) => {
    const calls = watch.requests.map(({ method, path }) => `${type} ${method} ${path}`)
    watch.clear()
    return calls
  })
}
