import { describe, expect, test } from 'vitest'
import { startVendor } from '../http/vendor-server.ts'
import { caseyFile, chat, errorsOf, openWorld } from './world.ts'

const statuses = [301, 302, 303, 307, 308]

describe.each(statuses)('an answer of %i', (status) => {
  test.each(['another origin', 'the same origin'])('to a call of a vendor is not followed to %s', async (where) => {
    const world = await openWorld()
    const other = await startVendor({ status: 200, json: { data: [] } })
    const location = where === 'another origin' ? `${other.url}/stolen` : '/elsewhere'
    const vendor = await startVendor({ status, headers: { location } })
    await world.write('webhooks.yaml', caseyFile(world, { base_url: vendor.url }))

    const planned = await world.plan()

    expect(errorsOf(planned)).toEqual(['HS4012'])
    expect(vendor.seen).toHaveLength(1)
    expect(other.seen).toHaveLength(0)
    expect(world.evil.received).toEqual([])
  })

  test.each(['another origin', 'the same origin'])('to a call for a token is not followed to %s', async (where) => {
    const world = await openWorld()
    const other = await startVendor({ status: 200, json: { access_token: 'theirs' } })
    const location = where === 'another origin' ? `${other.url}/stolen` : '/elsewhere'
    const auth = await startVendor({ status, headers: { location } })
    const text = `version: 1\nproviders:\n${chat(world, { auth_url: auth.url })}    webhooks: { hook: { app_id: app, url: "https://hooks.example.com/", events: [MESSAGE_INBOUND] } }\n`
    await world.write('webhooks.yaml', text)

    const planned = await world.plan()

    expect(errorsOf(planned)).toEqual(['HS4012'])
    expect(auth.seen).toHaveLength(1)
    expect(other.seen).toHaveLength(0)
    expect(world.calls()).toBe(0)
  })
})
