import { describe, expect, test } from 'vitest'
import { runProgram } from '../cli/run-program.ts'
import { casey, findingsOf, openWorld, type World, webhook } from './world.ts'

function hooksFile(world: World, hooks: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const lines = Object.entries(hooks).map(([key, fields]) => webhook(key, fields))
  return `version: 1\nproviders:\n${casey(world)}    webhooks:\n${lines.join('')}`
}

const known = { url: 'https://hooks.example.com/casey', events: '[conversation.completed]' }
const secretParameter = { url_params: '{ key: "ref+env://HEADER_SECRET" }' }

/** A world in which the ledger knows the account, and one webhook of it. */
async function aKnownAccount(): Promise<World> {
  const world = await openWorld()
  await world.write('webhooks.yaml', hooksFile(world, { known }))
  await world.apply()
  return world
}

function marks(plan: Awaited<ReturnType<World['plan']>>): readonly string[] {
  return findingsOf(plan).flatMap(({ code, message }) => (code === 'HS3023' ? [message] : []))
}

describe('a host that would get a secret', () => {
  test('is marked where no webhook of the account delivers to it yet', async () => {
    const world = await aKnownAccount()
    const fresh = { url: 'https://fresh.example/casey', ...secretParameter }
    await world.write('webhooks.yaml', hooksFile(world, { known, fresh }))

    const planned = await world.plan()

    expect(marks(planned)).toEqual([expect.stringContaining('casey/fresh: new receiver host fresh.example')])
    expect(findingsOf(planned).find(({ code }) => code === 'HS3023')?.at).toMatchObject({ line: 11, column: 7 })
  })

  test('is marked where a webhook moves to it', async () => {
    const world = await aKnownAccount()
    const moved = { url: 'https://fresh.example/casey', ...secretParameter }
    await world.write('webhooks.yaml', hooksFile(world, { known: moved }))

    expect(marks(await world.plan())).toHaveLength(1)
  })

  test('is not marked where it is known, where it gets none, or where the account is new', async () => {
    const world = await aKnownAccount()
    const same = { url: 'https://hooks.example.com/other', ...secretParameter }
    await world.write('webhooks.yaml', hooksFile(world, { known, same, plain: { url: 'https://fresh.example/' } }))
    const first = await openWorld()
    await first.write(
      'webhooks.yaml',
      hooksFile(first, { fresh: { url: 'https://fresh.example/', ...secretParameter } }),
    )

    expect(marks(await world.plan())).toEqual([])
    expect(marks(await first.plan())).toEqual([])
  })

  test('is marked in text, JSON and Markdown', async () => {
    const world = await aKnownAccount()
    const fresh = { url: 'https://fresh.example/casey', ...secretParameter }
    await world.write('webhooks.yaml', hooksFile(world, { known, fresh }))

    const args = ['plan', '--json', '--report', 'markdown=plan.md']
    const ran = await runProgram(args, { cwd: world.directory, env: world.env })
    const markdown = await runProgram(['plan', '--report', 'markdown=-'], { cwd: world.directory, env: world.env })

    for (const text of [ran.stdout, ran.stderr, markdown.stdout]) expect(text).toContain('new receiver host')
  })
})
