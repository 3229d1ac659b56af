import { afterEach, expect, test } from 'vitest'
import { allowNothing, type Plan } from '../../src/core/plan.ts'
import { fileHead, openWorld, type World } from './open-world.ts'
import { accountText, fast } from './vendor-stories.ts'

const agent = 'a6e270000000000000000001'
const subscribed = (name: string): string => `
      ${name}: { url: https://hooks.example.com/${name}, subscriptions: [{ agent_id: ${agent}, events: [post-conversation] }] }`

let world: World

afterEach(() => world.close())

test('what a broken run owes to a webhook of others is not forgotten because it is forbidden for a while', async () => {
  world = await openWorld()
  const { smallest } = world.sandbox.vendors
  const allow = { ...allowNothing, gap: true, empty: true }
  await world.write(
    'other.yaml',
    fileHead('other.json') + 'providers:\n' + accountText(world, 'smallest', subscribed('other')),
  )
  await world.apply({ files: ['other.yaml'], pace: fast })
  await declare(subscribed('ours'))
  await world.apply({ files: ['ours.yaml'], pace: fast, allow })
  const before = agentOf('other')
  await declare('{}')
  // Busy agents are refused, so the agent is detached before it is set again; that is where it breaks down.
  smallest.setSwitch('agent_replace', 'refused')
  smallest.fault({ kind: 'status', status: 500, times: 100, after: 1, match: { method: 'POST' } })
  await world.apply({ files: ['ours.yaml'], pace: fast, allow })
  const taken = agentOf('other')
  smallest.clearFaults()
  smallest.fault({ kind: 'status', status: 403, times: 100, match: { method: 'POST' } })
  world.forgetEvents()

  const planned = await world.plan({ files: ['ours.yaml'], pace: fast, allow })
  await world.apply({ files: ['ours.yaml'], pace: fast, allow })
  const told = world.events.flatMap((event) => (event.type === 'diagnostic' ? [event.diagnostic.code] : []))
  smallest.clearFaults()
  await world.apply({ files: ['ours.yaml'], pace: fast, allow })
  const settled = await world.plan({ files: ['ours.yaml'], pace: fast, allow })

  expect(adviceOf(planned)).toEqual(['HS3028'])
  expect(adviceOf(settled)).toEqual([])
  expect(before).toEqual([agent])
  expect(taken).toEqual([])
  expect(told).toEqual(['HS4001'])
  expect(agentOf('other')).toEqual([agent])
})

/** What a plan tells of what is owed. */
function adviceOf(made: Plan): readonly string[] {
  return made.accounts
    .flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code))
    .filter((code) => code === 'HS3028')
}

function declare(webhooks: string): Promise<void> {
  return world.write('ours.yaml', `${fileHead('ours.json')}providers:\n${accountText(world, 'smallest', webhooks)}\n`)
}

function agentOf(name: string): readonly string[] {
  const { smallest } = world.sandbox.vendors
  const webhook = smallest.webhooks.all().find(({ url }) => url.endsWith(`/${name}`))
  return (webhook?.subscriptions ?? []).map((subscription) => subscription.agent_id)
}
