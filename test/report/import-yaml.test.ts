import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isMap, isScalar, parseDocument } from 'yaml'
import { makeTextFiller } from '../../src/config/text-filler.ts'
import type { AccountImport, ImportedWebhook } from '../../src/core/import-webhooks.ts'
import { makeImport } from '../../src/core/import-webhooks.ts'
import type { ProviderDefinition } from '../../src/core/provider.ts'
import { HiddenSecret, Secret } from '../../src/core/secret.ts'
import type { PlainValue } from '../../src/core/value.ts'
import type { LiveObject } from '../../src/core/webhook.ts'
import { definitions } from '../../src/providers/registry.ts'
import { renderImport } from '../../src/report/import-yaml.ts'
import { aLive, anInput } from '../core/build-account.ts'
import { hostileTexts } from '../core/import-live.ts'

const [first] = definitions
const fill = makeTextFiller({ env: {}, vars: {}, allowedEnv: [], credentialNames: new Set() })

describe('the text of an import', () => {
  test.each(hostileTexts.map((text) => [JSON.stringify(text), text] as const))('gives %s back as it was', (_, text) => {
    expect(readBack(text)).toBe(text)
  })

  test('gives every text back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readBack(text)).toBe(text)
      }),
      { numRuns: 300 },
    )
  })

  test('gives keys back as they were', () => {
    for (const key of ['null', '12', 'true', 'a', 'y']) {
      const webhooks = parsed([anImport([aWebhook(key, 'x')])]).getIn(['providers', 'main', 'webhooks'])

      expect(isMap(webhooks) && webhooks.items.map(({ key: name }) => isScalar(name) && name.value)).toEqual([key])
    }
  })

  test('holds nothing that moves a cursor or hides text', () => {
    const text = renderImport([anImport([aWebhook('a', '\u001b[31m\u009b2J\u202e\u2028\ufeff\u{e0001}')])], plainly)

    expect(text).not.toMatch(/[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/u)
  })

  test('keeps a comment a comment, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (reason, value) => {
        const withheld = { ...aWebhook('b', value), withheld: reason, ids: [value], twins: [reason] }
        const twin = { ...aWebhook('a', 'x'), twins: [value] }

        expect(parsed([anImport([twin, withheld])]).toJS()).toEqual({
          version: 1,
          providers: { main: { webhooks: { a: { description: 'x' } } } },
        })
        expect(parsed([anImport([withheld])]).contents).toBeNull()
      }),
      { numRuns: 300 },
    )
  })

  test('reads as people want it', async () => {
    const text = renderImport(sample(), { needsUnknownEvents: true })

    await expect(text).toMatchFileSnapshot('snapshots/imported.yaml.txt')
  })

  test('says that there is nothing to declare where there is nothing', () => {
    expect(renderImport([anImport([])], plainly)).toBe('# There is no live webhook to declare.\n')
  })
})

const plainly = { needsUnknownEvents: false }

function anImport(webhooks: readonly ImportedWebhook[]): AccountImport {
  if (first === undefined) throw new Error('No vendor is registered.')
  return { account: 'main', definition: first, webhooks }
}

function aWebhook(key: string, description: PlainValue): ImportedWebhook {
  return { key, ids: ['id-1'], twins: [], fields: [{ as: 'line', name: 'description', value: description }] }
}

function parsed(accounts: readonly AccountImport[]): ReturnType<typeof parseDocument> {
  const document = parseDocument(renderImport(accounts, plainly))
  expect(document.errors).toEqual([])
  expect(document.warnings).toEqual([])
  return document
}

/** Writes a text as a value, and reads it the way the loader does. */
function readBack(text: string): unknown {
  const written = parsed([anImport([aWebhook('a', [text])])]).getIn(['providers', 'main', 'webhooks', 'a'])
  const list = isMap(written) ? written.toJSON().description : undefined
  return Array.isArray(list) ? fill(String(list[0])) : undefined
}

function sample(): readonly AccountImport[] {
  const [bird, sinch, casey] = ['bird', 'sinch', 'tellcasey'].map(definitionOf) as [Definition, Definition, Definition]
  const app = { app_id: '01APP', events: ['MESSAGE_INBOUND', 'MESSAGE_INBOUNDS'], enabled: true }
  const endpoint = { events: ['conversation.completed'], enabled: true, signing_secret: new HiddenSecret('unreadable') }
  const credentials = {
    client_id: 'hooks',
    client_secret: new Secret('never shown'),
    endpoint: 'https://id.example.com/token?key=never-shown',
    token_request_type: 'BASIC',
  }
  return [
    imported(bird, 'bird', [
      aLive(bird, 'B1', subscription('whatsapp.inbound')),
      aLive(bird, 'B2', subscription('whatsapp.outbound')),
    ]),
    imported(sinch, 'chat', [
      aLive(sinch, 'S1', {
        ...app,
        url: 'https://hooks.example.com/sinch',
        enabled: false,
        signing_secret: new HiddenSecret('masked'),
        client_credentials: credentials,
      }),
      aLive(sinch, 'S2', { ...app, url: 'https://hooks.example.com/${tenant}' }),
      aLive(sinch, 'S3', { ...app, url: 'https://hooks.example.com/keyed?team=1&token=never-shown' }),
    ]),
    imported(casey, 'casey', [
      aLive(casey, 'C1', { ...endpoint, url: 'http://hooks.example.com/casey' }, { createdAt: '2026-02-01' }),
      aLive(casey, 'C2', { ...endpoint, url: 'http://hooks.example.com/casey' }, { createdAt: '2026-01-01' }),
    ]),
    imported(casey, 'other', [aLive(casey, 'C3', { ...endpoint, url: 'https://me:never-shown@hooks.example.com/' })]),
  ]
}

type Definition = ProviderDefinition

function definitionOf(type: string): Definition {
  const found = definitions.find((definition) => definition.type === type)
  if (found === undefined) throw new Error(`There is no ${type}.`)
  return found
}

function subscription(event: string) {
  const filters = [{ key: 'channelId', value: '0012' }]
  return { service: 'channels', url: 'https://hooks.example.com/bird', events: [event], enabled: false, filters }
}

function imported(definition: Definition, name: string, live: readonly LiveObject[]): AccountImport {
  return makeImport(anInput(definition, { live, desired: undefined, account: { name } }))
}
