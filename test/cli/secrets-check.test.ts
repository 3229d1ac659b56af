import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canary, fillVault, makeProject, type Project } from './make-project.ts'

interface Listed {
  readonly secrets: readonly {
    readonly ref: string
    readonly store: string
    readonly outcome: string
    readonly uses: readonly string[]
    readonly version?: string
    readonly writable?: boolean
    readonly diagnostics: readonly { readonly code: string; readonly at?: { readonly line: number } }[]
  }[]
}

async function check(project: Project, ...flags: readonly string[]): Promise<{ code: number | null; found: Listed }> {
  const { code, stdout } = await project.run('secrets', 'check', '--json', ...flags)
  return { code, found: JSON.parse(stdout) }
}

test('tells of every reference of the files its store, what it is for, and whether it is there', async () => {
  const project = await makeProject()
  await fillVault(project)

  const { code, found } = await check(project)

  expect(code).toBe(0)
  expect(found.secrets.map(({ uses, store, outcome }) => [uses.join(), store, outcome])).toEqual([
    ['fingerprint_key', 'age', 'there'],
    ['casey auth.api_key', 'env', 'there'],
    ['casey/conversations signing_secret', 'age', 'to-be-made'],
    ['chat auth.key_id', 'env', 'there'],
    ['chat auth.key_secret', 'env', 'there'],
    ['chat/inbound signing_secret', 'age', 'there'],
  ])
  expect(found.secrets[0]?.version).toMatch(/./u)
})

test('tells for each reference that fails the exact reason and its line, and exits 1', async () => {
  const project = await makeProject({ env: { SINCH_KEY_ID: '' } })
  await fillVault(project)
  await project.run('secrets', 'rm', 'ref+age://secrets.age#/sinch/inbound')

  const { code, found } = await check(project)
  const { stdout, stderr } = await project.run('secrets', 'check')

  expect(code).toBe(1)
  const failed = found.secrets.filter(({ outcome }) => outcome === 'failed')
  expect(failed.map(({ diagnostics }) => diagnostics.map(({ code: told }) => told))).toEqual([['HS2009'], ['HS2003']])
  expect(failed.every(({ diagnostics }) => (diagnostics[0]?.at?.line ?? 0) > 0)).toBe(true)
  expect(stdout).toContain('Secrets: 3 there, 1 to be made, 2 failed.')
  expect(stderr).toMatch(/webhooks\.yaml:\d+:\d+ {2}error HS2003/u)
})

test('tells of a credential that no request can carry', async () => {
  const project = await makeProject({ env: { SINCH_KEY_SECRET: `${canary}\nand more` } })
  await fillVault(project)

  const { code, found } = await check(project)
  const { stdout, stderr } = await project.run('secrets', 'check')

  expect(code).toBe(1)
  const failed = found.secrets.filter(({ outcome }) => outcome === 'failed')
  expect(failed.map(({ uses, diagnostics }) => [uses.join(), diagnostics[0]?.code])).toEqual([
    ['chat auth.key_secret', 'HS2017'],
  ])
  expect(stderr).toMatch(/webhooks\.yaml:\d+:\d+ {2}error HS2017/u)
  expect(stdout + stderr).not.toContain(canary.slice(0, 6))
})

test('with --write proves write access where something is to be stored, and changes nothing', async () => {
  const project = await makeProject()
  await fillVault(project)
  const vault = join(project.directory, 'secrets.age')
  const before = await readFile(vault)

  const { code, found } = await check(project, '--write')

  expect(code).toBe(0)
  const probed = found.secrets.filter(({ writable }) => writable !== undefined)
  expect(probed.map(({ uses, writable }) => [uses.join(), writable])).toEqual([
    ['fingerprint_key', true],
    ['casey/conversations signing_secret', true],
  ])
  expect((await readFile(vault)).equals(before)).toBe(true)
})

test('lists a reference that several fields share once, and shows no value', async () => {
  const project = await makeProject()
  await fillVault(project)
  const text = await project.read('webhooks.yaml')
  await project.write(
    'webhooks.yaml',
    text.replace(
      '      inbound:',
      '      other:\n        app_id: X\n        url: https://hooks.example.com/other\n        events: [MESSAGE_INBOUND]\n        signing_secret: ref+age://secrets.age#/sinch/inbound\n      inbound:',
    ),
  )

  const { stdout, stderr } = await project.run('secrets', 'check', '--verbose')

  const lines = stdout.split('\n').filter((line) => line.startsWith('ref+age://secrets.age#/sinch/inbound'))
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('chat/other signing_secret, chat/inbound signing_secret')
  for (const secret of [canary, project.env['SINCH_KEY_SECRET'] ?? canary])
    expect(stdout + stderr).not.toContain(secret)
})
