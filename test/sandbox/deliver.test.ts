import { createServer } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { type Happening, type Sandbox, type SandboxVendors, startSandbox } from '../../src/sandbox/index.ts'
import { listenOn } from '../http/vendor-server.ts'

let sandbox: Sandbox

afterEach(() => sandbox.close())

const stored = { createdAt: '', updatedAt: '', created_at: '', updated_at: '', status: 'active', statusReason: '' }
const subscription = { id: 's', event_type: 'post-conversation', created_at: '', updated_at: '' }

/** Per vendor: webhooks by the last part of their URL, and who is told of what. */
const rules: readonly {
  readonly vendor: 'sinch' | 'sendblue' | 'smallest' | 'bird' | 'tellcasey'
  readonly fill: (vendors: SandboxVendors) => void
  readonly told: readonly (readonly [Happening, readonly string[]])[]
}[] = [
  {
    vendor: 'tellcasey',
    fill: ({ tellcasey: { webhooks } }) => {
      const all = { event_types: ['conversation.started'], created_at: '', secret: 's', enabled: true }
      webhooks.put({ ...all, id: '1', url: at('on') })
      webhooks.put({ ...all, id: '2', url: at('off'), enabled: false })
    },
    told: [
      [{ event: 'conversation.started' }, ['on']],
      [{ event: 'conversation.completed' }, []],
    ],
  },
  {
    vendor: 'sinch',
    fill: ({ sinch: { webhooks } }) => {
      const all = { target_type: 'HTTP', triggers: ['OPT_IN'], client_credentials: null }
      webhooks.put({ ...all, id: '1', app_id: 'A', target: at('of-a') })
      webhooks.put({ ...all, id: '2', app_id: 'B', target: at('of-b') })
    },
    told: [
      [{ event: 'OPT_IN', facts: { app_id: 'A' } }, ['of-a']],
      [{ event: 'OPT_OUT', facts: { app_id: 'A' } }, []],
    ],
  },
  {
    vendor: 'sendblue',
    fill: ({ sendblue: { webhooks } }) => {
      webhooks.put({ id: '1', type: 'receive', url: at('all') })
      webhooks.put({ id: '2', type: 'receive', url: at('line'), sendblue_numbers: ['+15551234567'] })
      webhooks.put({ id: '3', type: 'outbound', url: at('out') })
    },
    told: [
      [{ event: 'receive', facts: { number: '+15551234567' } }, ['all', 'line']],
      [{ event: 'receive', facts: { number: '+15550000000' } }, ['all']],
    ],
  },
  {
    vendor: 'smallest',
    fill: ({ smallest: { webhooks } }) => {
      const all = { ...stored, status: 'enabled', secret: 's' }
      webhooks.put({ ...all, id: '1', url: at('one'), subscriptions: [{ ...subscription, agent_id: 'x' }] })
      webhooks.put({ ...all, id: '2', url: at('two'), subscriptions: [{ ...subscription, agent_id: 'y' }] })
    },
    told: [[{ event: 'post-conversation', facts: { agent_id: 'x' } }, ['one']]],
  },
  {
    vendor: 'bird',
    fill: ({ bird: { webhooks } }) => {
      const all = { ...stored, workspaceId: 'w', service: 'channels', event: 'sms.inbound', eventFilters: [] }
      const filters = ['c1', 'c2'].map((value) => ({ key: 'channelId', value }))
      webhooks.put({ ...all, id: '1', url: at('plain') })
      webhooks.put({ ...all, id: '2', url: at('filtered'), eventFilters: filters })
      webhooks.put({ ...all, id: '3', url: at('other'), service: 'numbers' })
    },
    told: [
      [{ event: 'sms.inbound', facts: { service: 'channels', channelId: 'c2' } }, ['filtered']],
      [{ event: 'sms.inbound', facts: { service: 'channels', channelId: 'c3' } }, ['plain']],
    ],
  },
]

function at(path: string): string {
  return `https://hooks.example.com/${path}`
}

test.each(rules)('$vendor delivers to those that asked, all at the receiver', async ({ vendor, fill, told }) => {
  sandbox = await startSandbox({ vendors: [vendor] })
  fill(sandbox.vendors)
  const got: string[] = []
  const receiver = createServer((request, response) => {
    got.push(`${request.method} ${request.headers.host}${request.url}`)
    response.writeHead(202).end()
  })
  const origin = `http://127.0.0.1:${await listenOn(receiver)}`

  for (const [happening, paths] of told) {
    got.length = 0
    const deliveries = await sandbox.vendors[vendor].deliver(happening, origin)

    expect(deliveries).toEqual(paths.map((path) => ({ url: at(path), status: 202 })))
    expect(got.toSorted()).toEqual(paths.map((path) => `POST hooks.example.com/${path}`))
  }
})

test('a delivery that nobody takes has status 0', async () => {
  sandbox = await startSandbox({ vendors: ['sendblue'] })
  sandbox.vendors.sendblue.webhooks.put({ id: '1', type: 'receive', url: at('all') })

  const deliveries = await sandbox.vendors.sendblue.deliver({ event: 'receive' }, 'http://127.0.0.1:1')

  expect(deliveries).toEqual([{ url: at('all'), status: 0 }])
})
