import { readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type Ran, runProgram } from '../cli/run-program.ts'
import { casey, caseyFile, openWorld, type World, webhook } from './world.ts'

interface Watched extends Ran {
  /** Ways to the network that were tried. */
  readonly tried: string
}

/** Runs the program with a network on which everything throws. */
async function runWithoutNetwork(
  { directory, outside, env }: World,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Watched> {
  const watch = join(outside, 'tried')
  await writeFile(watch, '')
  const preload = pathToFileURL(join(import.meta.dirname, 'no-network.mjs')).href
  const given = { ...env, ...more, NODE_OPTIONS: `--import=${preload}`, WATCH_FILE: watch }
  return { ...(await runProgram(args, { cwd: directory, env: given })), tried: await readFile(watch, 'utf8') }
}

/** A file whose secrets lie in a vault on the network and in one on this machine. */
function vaultFile(world: World, ledger = ''): string {
  const hook = webhook('hook', {
    url: 'https://hooks.example.com/casey',
    events: '[conversation.completed]',
    signing_secret: '{ capture: "ref+age://secrets.age#/casey" }',
  })
  return `version: 1
${ledger}fingerprint_key: ref+vault://kv/hooks/sync#/fingerprint_key
stores:
  default: { backend: vault, address: "https://127.0.0.1:${world.evil.port}", auth: { method: token } }
providers:
${casey(world, { auth: '{ api_key: "ref+vault://kv/hooks/casey#/api_key" }' })}    webhooks:\n${hook}`
}

test('the watch sees a program that goes to the network', async () => {
  const world = await openWorld()
  await world.write('webhooks.yaml', caseyFile(world))

  const ran = await runWithoutNetwork(world, ['plan'])

  expect(ran.code).not.toBe(0)
  expect(ran.tried).not.toBe('')
  expect(world.calls()).toBe(0)
})

describe('with --offline no socket is opened and no vault is read', () => {
  test('with a ledger on this machine, by which the plan tells what changed', async () => {
    const world = await openWorld()
    await world.write('webhooks.yaml', caseyFile(world))
    await world.apply()
    const before = world.calls()
    await world.write('webhooks.yaml', caseyFile(world, {}, { description: 'changed' }))

    const ran = await runWithoutNetwork(world, ['plan', '--offline', '--json'])

    expect(ran).toMatchObject({ code: 0, tried: '', stderr: '' })
    expect(JSON.parse(ran.stdout)).toMatchObject({ summary: { update: 1 }, diagnostics: [] })
    expect(world.calls()).toBe(before)
  })

  test('with vaults on the network and beside the files', async () => {
    const world = await openWorld()
    await world.write('webhooks.yaml', vaultFile(world))
    await world.write('secrets.age', 'this is no age file, and nobody may notice')
    const old = new Date(0)
    await utimes(join(world.directory, 'secrets.age'), old, old)

    const ran = await runWithoutNetwork(world, ['plan', '--offline', '--json'], { VAULT_TOKEN: 'a-token' })

    expect(ran).toMatchObject({ code: 0, tried: '', stderr: '' })
    expect(JSON.parse(ran.stdout)).toMatchObject({ summary: { create: 1 }, diagnostics: [] })
    expect(world.evil.received).toEqual([])
  })

  test.each(['ref+vault://kv/hooks/ledger', 's3://bucket/prefix'])(
    'with the shared ledger %s, which counts as none and is told',
    async (place) => {
      const world = await openWorld()
      await world.write('webhooks.yaml', vaultFile(world, `ledger: ${place}\n`))

      const ran = await runWithoutNetwork(world, ['plan', '--offline', '--json'])

      expect(ran).toMatchObject({ code: 0, tried: '' })
      expect(JSON.parse(ran.stdout)).toMatchObject({ diagnostics: [{ code: 'HS6003', severity: 'warning' }] })
      expect(world.evil.received).toEqual([])
    },
  )

  test('in a run on code from a fork, as if --offline were given', async () => {
    const world = await openWorld()
    await world.write('webhooks.yaml', vaultFile(world))
    const fork = { CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2', CI_MERGE_REQUEST_PROJECT_ID: '1' }

    const planned = await runWithoutNetwork(world, ['plan', '--json'], fork)
    const applied = await runWithoutNetwork(world, ['apply', '--auto-approve'], fork)
    const validated = await runWithoutNetwork(world, ['validate'], fork)

    expect(planned).toMatchObject({ code: 0, tried: '' })
    expect(applied).toMatchObject({ code: 1, tried: '' })
    expect(validated).toMatchObject({ code: 0, tried: '' })
  })
})
