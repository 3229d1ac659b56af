import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { findDoubt } from '../../src/trust/find-doubt.ts'
import { runProgram } from '../cli/run-program.ts'
import { canary, casey, caseyFile, openWorld, webhook } from './world.ts'

describe('NODE_TLS_REJECT_UNAUTHORIZED=0', () => {
  test.each([['plan'], ['apply', '--auto-approve'], ['drift'], ['import']])(
    'stops %s before anything is sent',
    async (...args) => {
      const world = await openWorld({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })
      await world.write('webhooks.yaml', caseyFile(world))

      const ran = await runProgram(args, { cwd: world.directory, env: world.env })

      expect(ran.code).not.toBe(0)
      expect(ran.stderr).toContain('HS2011')
      expect(world.calls()).toBe(0)
    },
  )

  test('stops a vault before it is asked', async () => {
    const world = await openWorld({ NODE_TLS_REJECT_UNAUTHORIZED: '0', VAULT_TOKEN: canary })
    const store = `stores: { default: { backend: vault, address: "https://127.0.0.1:${world.evil.port}" } }\n`
    await world.write('webhooks.yaml', store + caseyFile(world, { auth: '{ api_key: "ref+vault://kv/casey#/key" }' }))

    const ran = await runProgram(['secrets', 'check'], { cwd: world.directory, env: world.env })

    expect(ran.code).toBe(1)
    expect(ran.stdout + ran.stderr).toContain('HS2011')
    expect(world.evil.received).toEqual([])
  })

  test('does not matter where nothing is asked', async () => {
    const world = await openWorld({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })
    await world.write('webhooks.yaml', caseyFile(world))

    expect((await runProgram(['validate'], { cwd: world.directory, env: world.env })).code).toBe(0)
    expect((await runProgram(['plan', '--offline'], { cwd: world.directory, env: world.env })).code).toBe(0)
  })
})

describe('debug output of Node', () => {
  test.each(['http,https,net,tls,stream', 'undici,fetch', 'HTTP*', '*'])('of %s is not written', async (sections) => {
    const world = await openWorld({ NODE_DEBUG: sections })
    await world.write('webhooks.yaml', caseyFile(world))

    const ran = await runProgram(['plan'], { cwd: world.directory, env: world.env })

    expect(ran.code).toBe(0)
    expect(ran.stderr).toContain('NODE_DEBUG is ignored')
    const { port } = new URL(world.sandbox.vendors.tellcasey.baseUrl)
    expect(ran.stderr).not.toContain(port)
    expect(ran.stderr).not.toMatch(/^(?:HTTP|HTTPS|TLS|STREAM|UNDICI|FETCH) \d+/mu)
    expect(world.calls()).toBe(1)
  })

  test('of what tells nothing is left alone', async () => {
    const world = await openWorld({ NODE_DEBUG: 'timer' })
    await world.write('webhooks.yaml', caseyFile(world))

    const ran = await runProgram(['plan'], { cwd: world.directory, env: world.env })

    expect(ran.stderr).not.toContain('HS2011')
    expect(ran.stderr).toContain('TIMER')
  })
})

test('a diagnostic report holds no secret, and Node says why there may be none', async () => {
  const world = await openWorld({
    NODE_OPTIONS: '--report-on-fatalerror --report-uncaught-exception --report-on-signal',
  })
  await world.write('webhooks.yaml', caseyFile(world, {}, { url_params: '{ key: "ref+env://HEADER_SECRET" }' }))

  const ran = await runProgram(['plan'], { cwd: world.directory, env: world.env })

  const reports = (await readdir(world.directory)).filter((name) => name.startsWith('report.'))
  const texts = await Promise.all(reports.map((name) => readFile(join(world.directory, name), 'utf8')))
  expect(ran.code).toBe(0)
  expect(texts.join('')).not.toContain(canary)
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major < 22) expect(ran.stderr).toContain('Diagnostic reports are turned off')
})

test('a log of TLS keys is warned of', async () => {
  const world = await openWorld({ NODE_OPTIONS: '--tls-keylog=keys.log' })
  await world.write('webhooks.yaml', caseyFile(world))

  expect((await runProgram(['validate'], { cwd: world.directory, env: world.env })).stderr).toContain('--tls-keylog')
})

test('what was read as a secret is no longer in the environment, and what packages of stores need still is', async () => {
  const world = await openWorld({ AWS_SESSION_TOKEN: 'aws-session-token', PLAIN: 'plain-and-long-enough' })
  const watch = join(world.outside, 'environment.json')
  const preload = pathToFileURL(join(import.meta.dirname, 'keep-environment.mjs')).href
  const hook = webhook('hook', {
    url: 'https://hooks.example.com/casey',
    events: '[conversation.completed]',
    url_params: '{ key: "ref+env://HEADER_SECRET" }',
  })
  await world.write('webhooks.yaml', `version: 1\nproviders:\n${casey(world)}    webhooks:\n${hook}`)

  const env = { ...world.env, NODE_OPTIONS: `--import=${preload}`, WATCH_FILE: watch }
  const ran = await runProgram(['apply', '--auto-approve'], { cwd: world.directory, env })

  const left = JSON.parse(await readFile(watch, 'utf8'))
  expect(ran.code).toBe(0)
  expect(left).toMatchObject({ AWS_SESSION_TOKEN: 'aws-session-token', PLAIN: 'plain-and-long-enough' })
  expect(Object.keys(left)).not.toContain('HEADER_SECRET')
  expect(Object.keys(left)).not.toContain('TELLCASEY_API_KEY')
})

test.each([
  ['a base_url', { base_url: '"https://user:s3cret-pass@api.tellcasey.com"' }, {}],
  ['a receiver', {}, { url: '"https://user:s3cret-pass@hooks.example.com/"' }],
])('a login in %s is refused and not repeated', async (_, account, fields) => {
  const world = await openWorld()
  await world.write('webhooks.yaml', caseyFile(world, account, fields))

  const ran = await runProgram(['validate', '--json'], { cwd: world.directory, env: world.env })

  expect(ran.code).toBe(1)
  expect(ran.stdout + ran.stderr).not.toContain('s3cret-pass')
})

test('a machine that runs these tests is not doubted by mistake', async () => {
  expect(await findDoubt({ CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'push' })).toBeUndefined()
})
