import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canary, makeProject, type Project } from './make-project.ts'
import { runProgram } from './run-program.ts'

const ref = 'ref+age://secrets.age#/casey/api_key'

/** A project without files of ours: what is not named by a file starts at the working directory. */
async function makeBareProject(): Promise<Project> {
  const project = await makeProject()
  await rm(join(project.directory, 'webhooks.yaml'))
  return project
}

test('makes identity, vault and fingerprint key where the files want them, and keeps them the second time', async () => {
  const project = await makeProject()

  const first = await project.run('secrets', 'init')
  const second = await project.run('secrets', 'init', '--json')

  expect([first.code, second.code]).toEqual([0, 0])
  expect(first.stdout).toMatch(
    /Made the identity .*key\.txt\n.*age1.*\n.*\nMade the vault .*secrets\.age\nMade the finger/u,
  )
  expect(first.stdout + first.stderr).not.toContain('AGE-SECRET-KEY')
  expect(JSON.parse(second.stdout)).toMatchObject({
    command: 'secrets init',
    steps: [
      { outcome: 'kept', what: 'vault' },
      { outcome: 'kept', what: 'fingerprint-key' },
    ],
  })
})

test('stores, lists, reveals and removes a secret, without any file of ours', async () => {
  const project = await makeBareProject()
  await project.run('secrets', 'init', 'ref+age://secrets.age')

  const set = await project.runWith(`${canary}\n`, 'secrets', 'set', ref)
  const listed = await project.run('secrets', 'list', 'ref+age://secrets.age', '--json')
  const got = await project.run('secrets', 'get', ref, '--reveal')
  const removed = await project.run('secrets', 'rm', ref)
  const gone = await project.run('secrets', 'get', ref, '--reveal')

  expect([set.code, listed.code, got.code, removed.code, gone.code]).toEqual([0, 0, 0, 0, 1])
  expect(got.stdout).toBe(`${canary}\n`)
  expect(JSON.parse(listed.stdout)).toMatchObject({ secrets: [ref] })
  expect(gone.stderr).toContain('HS2003')
  expect(set.stdout + set.stderr + listed.stdout + got.stderr + removed.stdout).not.toContain(canary)
})

test('of a stored secret one line break at the end is left out, and nothing else', async () => {
  const project = await makeBareProject()
  await project.run('secrets', 'init', 'ref+age://secrets.age')
  await project.runWith(' two\nlines \r\n', 'secrets', 'set', ref)

  const { stdout } = await project.run('secrets', 'get', ref, '--reveal', '--json')

  expect(JSON.parse(stdout)).toMatchObject({ ref, value: ' two\nlines ' })
})

test('an empty secret is refused', async () => {
  const project = await makeBareProject()
  await project.run('secrets', 'init', 'ref+age://secrets.age')

  const { code, stderr } = await project.runWith('\n', 'secrets', 'set', ref)

  expect(code).toBe(1)
  expect(stderr).toContain('HS2009')
})

test('what is no text is refused, as it would come out as something else', async () => {
  const project = await makeBareProject()
  const { directory: cwd, env } = project
  await project.run('secrets', 'init', 'ref+age://secrets.age')

  const set = await runProgram(['secrets', 'set', ref], { cwd, env, stdin: Uint8Array.of(0xff, 0xfe, 0x31, 0x32) })

  expect(set.code).toBe(1)
  expect(set.stderr).toContain('The secret is not UTF-8 text.')
  expect((await project.run('secrets', 'list', 'ref+age://secrets.age')).stdout).toBe('')
})

test.each([
  ['ref+env://SOME_VARIABLE', 'HS2008'],
  ['ref+age://no-vault.age#/a', 'HS2003'],
  ['secrets.age', 'HS2002'],
])('%s is no place to store a secret', async (place, finding) => {
  const project = await makeBareProject()

  const { code, stderr } = await project.runWith(canary, 'secrets', 'set', place)

  expect(code).toBe(1)
  expect(stderr).toContain(finding)
  expect(stderr).not.toContain(canary)
})

test('without a vault to make there is nothing to init', async () => {
  const project = await makeBareProject()

  const { code, stderr } = await project.run('secrets', 'init')

  expect(code).toBe(1)
  expect(stderr).toContain('hooks-sync secrets init ref+age://secrets.age')
})

test('a reference means what it means in the file, wherever the command is run', async () => {
  const project = await makeProject()
  await project.run('secrets', 'init')
  const sub = join(project.directory, 'sub')
  execFileSync('mkdir', [sub])

  const options = { cwd: sub, env: project.env, stdin: canary }
  const set = await runProgram(['secrets', 'set', 'ref+age://secrets.age#/sinch/inbound'], options)
  const got = await project.run('secrets', 'get', 'ref+age://secrets.age#/sinch/inbound', '--reveal')

  expect(set.code).toBe(0)
  expect(got.stdout).toBe(`${canary}\n`)
  expect(existsSync(join(sub, 'secrets.age'))).toBe(false)
})

test('stores of a file that has other faults can be filled all the same', async () => {
  const project = await makeProject()
  const text = await project.read('webhooks.yaml')
  await project.write('webhooks.yaml', text.replace('[MESSAGE_INBOUND, ', '["${env:NOT_SET_YET}", '))

  const made = await project.run('secrets', 'init')
  const stored = await project.runWith(canary, 'secrets', 'set', 'ref+age://secrets.age#/sinch/inbound')

  expect([made.code, stored.code]).toEqual([0, 0])
})
