import { makeSinchApps } from '../src/sandbox/index.ts'
import { idealMs, measureNoOpPlans } from './no-op-plan.ts'
import { appId, events, receiver, sinchEnv, sinchYaml } from './project.ts'
import { atMost, exactly, type Row, shown } from './row.ts'

const apps = 2_000
const connections = 16

/** A plan without changes of many Sinch apps: one list call for each, and a token. */
export const planSinch: Row = {
  name: 'plan-sinch',
  title: 'Plan without changes, 2,000 Sinch apps × 5 webhooks, 50 ms latency, 16 connections',
  measure: async () => {
    const plans = await measureNoOpPlans({
      vendor: 'sinch',
      order: {
        options: { vendors: ['sinch'], settings: { sinch: { apps: makeSinchApps(apps) } } },
        webhooks: { sinch: liveWebhooks() },
      },
      env: sinchEnv,
      yaml: (url) => sinchYaml(apps * 5, [`base_url: ${url}/sinch`, `auth_url: ${url}/sinch`]),
    })
    const ideal = idealMs(apps, connections)
    return [
      exactly('calls (one per app and one for the token)', plans.calls, apps + 1),
      atMost('wall time', plans.wallMs / 1_000, (1.15 * ideal + 2_000) / 1_000, 's'),
      shown('wall time ÷ (2,000 ÷ 16 × 50 ms)', plans.wallMs / ideal, '×'),
      atMost('CPU', plans.cpuMs / 1_000, 4, 's'),
      atMost('peak memory', plans.rssMb, 400, 'MB'),
    ]
  },
}

function liveWebhooks(): readonly { readonly id: string }[] {
  return Array.from({ length: apps * 5 }, (_, index) => {
    const app = Math.floor(index / 5) + 1
    return {
      id: `01SANDBOXHOOK${String(index).padStart(13, '0')}`,
      app_id: appId(app),
      target: receiver(app, (index % 5) + 1),
      target_type: 'HTTP',
      triggers: events,
      client_credentials: null,
    }
  })
}
