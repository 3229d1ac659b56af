import { idealMs, measureNoOpPlans } from './no-op-plan.ts'
import { atMost, exactly, type Row, shown } from './row.ts'

const subscriptions = 10_000
const pages = subscriptions / 100
const workspace = '0b1d0000-0000-4000-8000-000000000001'
const events = ['sms.inbound', 'sms.outbound', 'whatsapp.inbound', 'whatsapp.outbound', 'email.inbound'] as const

/** A plan without changes of one Bird account, whose pages can only be read one after the other. */
export const planBird: Row = {
  name: 'plan-bird',
  title: 'Plan without changes, one Bird account, 10,000 subscriptions, 50 ms latency, 100 serial pages',
  measure: async () => {
    const plans = await measureNoOpPlans({
      vendor: 'bird',
      order: { options: { vendors: ['bird'] }, webhooks: { bird: liveSubscriptions() } },
      env: { BIRD_ACCESS: 'SandboxAccessKey0123456789abcdef' },
      yaml: birdYaml,
    })
    const ideal = idealMs(pages, 1)
    return [
      exactly('calls (one per page)', plans.calls, pages),
      atMost('wall time', plans.wallMs / 1_000, (1.15 * ideal + 2_000) / 1_000, 's'),
      shown('wall time ÷ (100 × 50 ms)', plans.wallMs / ideal, '×'),
      shown('CPU', plans.cpuMs / 1_000, 's'),
      shown('peak memory', plans.rssMb, 'MB'),
    ]
  },
}

/** Each channel has a webhook of five events, which are five subscriptions. */
function birdYaml(url: string): string {
  const declared = Array.from({ length: subscriptions / events.length }, (_, channel) => {
    const filter = `{ key: channelId, value: "${channelId(channel)}" }`
    return `      channel-${channel}:
        service: channels
        url: ${receiverOf(channel)}
        events: [${events.join(', ')}]
        filters: [${filter}]`
  })
  return `version: 1
providers:
  bird:
    type: bird
    workspace_id: ${workspace}
    base_url: ${url}/bird
    auth: { access_key: ref+env://BIRD_ACCESS }
    webhooks:
${declared.join('\n')}
`
}

function liveSubscriptions(): readonly { readonly id: string }[] {
  return Array.from({ length: subscriptions }, (_, index) => {
    const channel = Math.floor(index / events.length)
    return {
      id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      workspaceId: workspace,
      service: 'channels',
      event: events[index % events.length],
      eventFilters: [{ key: 'channelId', value: channelId(channel) }],
      url: receiverOf(channel),
      status: 'active',
      statusReason: '',
      createdAt: '2026-01-01T00:00:00Z',
      updatedAt: '2026-01-01T00:00:00Z',
    }
  })
}

function channelId(channel: number): string {
  return `c4a20000-0000-4000-8000-${String(channel).padStart(12, '0')}`
}

function receiverOf(channel: number): string {
  return `https://hooks.example.com/bird/${channel}`
}
