import { entryId } from '../src/core/ledger.ts'
import type { PlanInput } from '../src/core/make-plan.ts'
import { allowNothing } from '../src/core/plan.ts'
import type { DesiredWebhook, LiveObject } from '../src/core/webhook.ts'
import { sinch } from '../src/providers/sinch/declaration.ts'
import { appId, events, receiver } from './project.ts'

const file = 'webhooks.yaml'

/** Makes the input of a plan in which one webhook in each hundred differs. */
export function makePlanInput(size: number): PlanInput {
  const identity = { origin: sinch.baseUrl }
  const numbers = Array.from({ length: size }, (_, index) => index)
  const objects = numbers.map(makeLive)
  const scopes = [...new Set(objects.map(({ scope }) => scope))].map((scope) => ({ scope, state: 'listed' as const }))
  return {
    accounts: [
      {
        account: { name: 'sinch', type: 'sinch', settings: {}, identity, prune: 'owned' },
        definition: sinch,
        desired: numbers.map(makeDesired),
        desiredFields: {},
        live: { objects, scopes, fields: {} },
        ledger: { identity, webhooks: Object.fromEntries(objects.map(makeEntry)), intents: {} },
        files: new Set([file]),
        options: {
          allow: allowNothing,
          selects: () => true,
          writesSecrets: () => false,
          dedupe: false,
          now: Date.parse('2026-11-20T12:00:00Z'),
        },
      },
    ],
    diagnostics: [],
    calls: 0,
  }
}

function makeDesired(index: number): DesiredWebhook {
  const wanted = index % 100 === 0 ? events.slice(0, 1) : events
  const fields = { app_id: appOf(index), url: receiverOf(index), events: wanted }
  return { provider: 'sinch', key: keyOf(index), fields, file, protected: false, allowGap: false, abandon: false }
}

function makeLive(index: number): LiveObject {
  const fields = { app_id: appOf(index), url: receiverOf(index), events, enabled: true }
  return { id: `01SANDBOXHOOK${String(index).padStart(13, '0')}`, part: '', scope: appOf(index), fields }
}

function makeEntry({ id, part, scope }: LiveObject, index: number) {
  return [entryId(file, keyOf(index)), { objects: [{ id, part, scope }], file, fingerprints: {} }] as const
}

function keyOf(index: number): string {
  return `webhook-${index}`
}

function appOf(index: number): string {
  return appId(Math.floor(index / 5) + 1)
}

function receiverOf(index: number): string {
  return receiver(Math.floor(index / 5) + 1, (index % 5) + 1)
}
