import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { codes } from '../../src/core/codes.ts'
import { caseyFile, errorsOf, findingsOf, openWorld } from './world.ts'

function readPage(name: string): Promise<string> {
  return readFile(join(import.meta.dirname, '../../docs', name), 'utf8')
}

test('the policy that the docs show is read as it stands, and limits what they say', async () => {
  const page = await readPage('policy.md')
  const [, policy = ''] = /```yaml\n(version: 1\n.*?)```/su.exec(page) ?? []
  const world = await openWorld()
  await writeFile(join(world.outside, 'policy.yaml'), policy)
  await world.write('webhooks.yaml', caseyFile(world))
  const allowed = await world.plan({ policy: '../operator/policy.yaml' })
  await world.write('webhooks.yaml', caseyFile(world, {}, { url: 'https://evil.example/' }))
  const refused = await world.plan({ policy: '../operator/policy.yaml' })

  expect(policy).not.toBe('')
  expect(findingsOf(allowed)).toEqual([])
  expect(errorsOf(refused)).toEqual(['HS2014'])
})

test.each(['policy.md', 'pull-requests-from-forks.md'])('%s names codes that exist', async (name) => {
  const named = [...(await readPage(name)).matchAll(/HS\d{4}/gu)].map(([code]) => code)

  expect(named.length).toBeGreaterThan(0)
  expect(named.filter((code) => !Object.hasOwn(codes, code))).toEqual([])
})
