import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, onTestFinished, test } from 'vitest'
import { objectType, type TerraformAttributes } from '../../../src/schema/terraform-type.ts'
import { decodeCty, encodeCty } from '../../../src/terraform/cty/msgpack.ts'
import type { CtyObject } from '../../../src/terraform/cty/value.ts'
import type { DynamicValue, ResourceIdentityData } from '../../../src/terraform/protocol/generated/messages.ts'
import type { Sent } from '../../../src/terraform/protocol/message-codec.ts'
import { fakeSchema, thingAttributes } from './fake-schema.ts'
import { PluginClient } from './plugin-client.ts'

/** What an engine asks beside what all ask. */
type Ability = 'deferral' | 'ephemeral' | 'write-only' | 'identity' | 'list'

/** The engines by what their client can ask; which of them really ran stands in docs/terraform/protocol.md. */
const engines: readonly (readonly [name: string, version: string, abilities: readonly Ability[]])[] = [
  ['Terraform', '1.8.5', []],
  ['Terraform', '1.9.8', ['deferral']],
  ['Terraform', '1.10.5', ['deferral', 'ephemeral']],
  ['Terraform', '1.11.4', ['deferral', 'ephemeral', 'write-only']],
  ['Terraform', '1.12.2', ['deferral', 'ephemeral', 'write-only', 'identity']],
  ['Terraform', '1.13.5', ['deferral', 'ephemeral', 'write-only', 'identity']],
  ['Terraform', '1.14.0', ['deferral', 'ephemeral', 'write-only', 'identity', 'list']],
  ['Terraform', '1.15.0', ['deferral', 'ephemeral', 'write-only', 'identity', 'list']],
  ['OpenTofu', '1.8.9', []],
  ['OpenTofu', '1.9.3', []],
  ['OpenTofu', '1.10.6', []],
  ['OpenTofu', '1.11.0', ['ephemeral', 'write-only']],
  ['OpenTofu', '1.12.6', ['ephemeral', 'write-only', 'identity']],
]

const secret = 'canary-secret-of-the-wire'

test.each(engines)('%s %s is answered whatever it asks', async (_name, version, abilities) => {
  const can = (ability: Ability): boolean => abilities.includes(ability)
  const client = await start()
  await meet(client, version, can)

  const created = await create(client, can)
  const identity = can('identity') ? { identity: created.identity } : {}
  expect(decode(created.state, thingAttributes)).toMatchObject({ id: 'thing-a', updates: 0, secret_wo: null })

  const json = Buffer.from(JSON.stringify(Object.assign({ gone: 1 }, decode(created.state, thingAttributes))))
  const upgrade = { typeName: 'hooks_thing', version: 1, rawState: { json } }
  const upgraded = await client.call('UpgradeResourceState', upgrade)
  expect(decode(upgraded.upgradedState, thingAttributes)).toEqual(decode(created.state, thingAttributes))

  const read = await client.call('ReadResource', {
    typeName: 'hooks_thing',
    currentState: created.state,
    ...(can('identity') ? { currentIdentity: created.identity } : {}),
  })
  expect(decode(read.newState, thingAttributes)).toEqual(decode(created.state, thingAttributes))

  const imported = await client.call('ImportResourceState', { typeName: 'hooks_thing', id: 'thing-a' })
  expect(imported.importedResources.map(({ typeName }) => typeName)).toEqual(['hooks_thing'])
  if (can('identity')) await askByIdentity(client, identity.identity)
  if (can('list')) await askForLists(client)
  if (can('ephemeral')) await askForTickets(client)

  const config = encode({}, fakeSchema.dataSources['hooks_things']?.attributes)
  const things = await client.call('ReadDataSource', { typeName: 'hooks_things', config })
  expect(decode(things.state, fakeSchema.dataSources['hooks_things']?.attributes)).toMatchObject({ ids: ['thing-a'] })
  expect((await client.call('CallFunction', { name: 'nothing' })).error?.text).toContain('no function nothing')
  const move = { sourceTypeName: 'other_thing', targetTypeName: 'hooks_thing' }
  expect((await client.call('MoveResourceState', move)).diagnostics[0]?.summary).toContain('cannot become')

  await remove(client, created.state)
  expect(await client.call('StopProvider', {})).toEqual({ error: '' })
  expect(await client.shutdown()).toBe(0)
})

async function start(): Promise<PluginClient> {
  const client = await PluginClient.start([process.execPath, inject('fakeBundle')])
  onTestFinished(() => {
    client.close()
    client.child.kill('SIGKILL')
  })
  return client
}

/** What every engine asks before it asks for a resource. */
async function meet(client: PluginClient, version: string, can: (ability: Ability) => boolean): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'hooks-minor-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const { provider, resourceSchemas, serverCapabilities } = await client.call('GetProviderSchema', {})
  expect(provider?.block?.attributes.map(({ name }) => name)).toEqual(['directory', 'password'])
  expect(resourceSchemas['hooks_thing']?.version).toBe(1)
  expect(serverCapabilities).toMatchObject({ planDestroy: true, getProviderSchemaOptional: true })
  if (can('identity')) {
    const { identitySchemas } = await client.call('GetResourceIdentitySchemas', {})
    expect(identitySchemas['hooks_thing']?.identityAttributes).toMatchObject([{ name: 'id', requiredForImport: true }])
  }
  const config = encode({ directory }, fakeSchema.provider.attributes)
  const clientCapabilities = capabilities(can)
  expect(await client.call('ValidateProviderConfig', { config })).toEqual({ diagnostics: [] })
  const configured = await client.call('ConfigureProvider', {
    terraformVersion: version,
    config,
    ...clientCapabilities,
  })
  expect(configured).toEqual({ diagnostics: [] })
}

function capabilities(can: (ability: Ability) => boolean) {
  if (!can('deferral') && !can('write-only')) return {}
  return { clientCapabilities: { deferralAllowed: false, writeOnlyAttributesAllowed: can('write-only') } }
}

/** Validates, plans and applies a thing; write-only values pass where the engine knows them. */
async function create(client: PluginClient, can: (ability: Ability) => boolean) {
  const typeName = 'hooks_thing'
  const values = { name: 'a', set: ['x', 'y'], ...(can('write-only') ? { secret_wo: secret } : {}) }
  const config = encode(values, thingAttributes)
  const priorState = encode(null, thingAttributes)
  expect(await client.call('ValidateResourceConfig', { typeName, config, ...capabilities(can) })).toEqual({
    diagnostics: [],
  })
  const planned = await client.call('PlanResourceChange', {
    typeName,
    priorState,
    proposedNewState: config,
    config,
    ...capabilities(can),
  })
  expect(Buffer.from(planned.plannedState?.msgpack ?? '').includes(secret)).toBe(false)
  const applied = await client.call('ApplyResourceChange', {
    typeName,
    priorState,
    plannedState: planned.plannedState,
    config,
    plannedPrivate: planned.plannedPrivate,
  })
  expect(applied.diagnostics).toEqual([])
  expect(Buffer.from(applied.newState?.msgpack ?? '').includes(secret)).toBe(false)
  return { state: applied.newState, identity: applied.newIdentity }
}

async function askByIdentity(client: PluginClient, identity: ResourceIdentityData | undefined): Promise<void> {
  const type = objectType({ id: { type: 'string', description: '', presence: 'required' } })
  expect(decodeCty(identity?.identityData?.msgpack ?? Buffer.alloc(0), type)).toEqual({ id: 'thing-a' })
  const rawIdentity = { json: Buffer.from('{"id":"thing-a"}') }
  const upgraded = await client.call('UpgradeResourceIdentity', { typeName: 'hooks_thing', version: 0, rawIdentity })
  expect(upgraded.upgradedIdentity).toEqual(identity)
  const imported = await client.call('ImportResourceState', { typeName: 'hooks_thing', identity })
  expect(imported.importedResources.map((each) => each.identity)).toEqual([identity])
}

async function askForLists(client: PluginClient): Promise<void> {
  const attributes = fakeSchema.listResources['hooks_thing']?.attributes
  const typeName = 'hooks_thing'
  const config = encode({ prefix: 'thing' }, attributes)
  expect(await client.call('ValidateListResourceConfig', { typeName, config })).toEqual({ diagnostics: [] })
  const [bare, ...rest] = await client.list({ typeName, config, limit: 10 })
  const [whole] = await client.list({ typeName, config, limit: 10, includeResourceObject: true })
  expect(bare).toMatchObject({ displayName: 'Thing thing-a', resourceObject: undefined, diagnostic: [] })
  expect(rest).toEqual([])
  expect(decode(whole?.resourceObject, thingAttributes)).toMatchObject({ id: 'thing-a' })
  const [failed] = await client.list({ typeName: 'hooks_nothing', config, limit: 10 })
  expect(failed?.diagnostic[0]?.detail).toContain('has no hooks_nothing')
}

async function askForTickets(client: PluginClient): Promise<void> {
  const attributes = fakeSchema.ephemeralResources['hooks_ticket']?.attributes
  const typeName = 'hooks_ticket'
  const config = encode({ thing_id: 'thing-a' }, attributes)
  expect(await client.call('ValidateEphemeralResourceConfig', { typeName, config })).toEqual({ diagnostics: [] })
  const opened = await client.call('OpenEphemeralResource', { typeName, config })
  expect(decode(opened.result, attributes)).toMatchObject({ ticket: 'ticket-of-thing-a' })
  expect(opened.renewAt).toBeUndefined()
  expect((await client.call('RenewEphemeralResource', { typeName })).diagnostics).toEqual([])
  expect((await client.call('CloseEphemeralResource', { typeName })).diagnostics).toEqual([])
}

async function remove(client: PluginClient, priorState: DynamicValue | undefined): Promise<void> {
  const nothing = encode(null, thingAttributes)
  const request = { typeName: 'hooks_thing', priorState, plannedState: nothing, config: nothing }
  const planned = await client.call('PlanResourceChange', { ...request, proposedNewState: nothing })
  const applied = await client.call('ApplyResourceChange', request)
  expect([planned.diagnostics, applied.diagnostics]).toEqual([[], []])
  expect(decode(applied.newState, thingAttributes)).toBeNull()
}

function encode(value: CtyObject | null, attributes: TerraformAttributes = {}): Sent<DynamicValue> {
  return { msgpack: encodeCty(value, objectType(attributes)) }
}

function decode(value: DynamicValue | undefined, attributes: TerraformAttributes = {}) {
  return value === undefined ? undefined : decodeCty(value.msgpack, objectType(attributes))
}
