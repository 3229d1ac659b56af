import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DiagnosticError } from '../../src/core/diagnostic.ts'
import { importWebhooks } from '../../src/import/import-webhooks.ts'
import { makeOptions } from '../../src/run/options.ts'
import { rotate } from '../../src/run/rotate/rotate-project.ts'
import { apply, drift } from '../../src/sync.ts'
import { findDoubt } from '../../src/trust/find-doubt.ts'
import { runProgram } from '../cli/run-program.ts'
import { temporaryDirectory } from '../secrets/temporary-directory.ts'
import { canary, caseyFile, errorsOf, findingsOf, openWorld, type World } from './world.ts'

const home = { id: 1, full_name: 'org/hooks', fork: false }
const fork = { id: 2, full_name: 'mallory/hooks', fork: true }

/** Writes the payload of an event where a runner of GitHub would. */
async function anEvent(payload: unknown): Promise<string> {
  const file = join(await temporaryDirectory(), 'event.json')
  await writeFile(file, typeof payload === 'string' ? payload : JSON.stringify(payload))
  return file
}

function aPull(head: unknown, base: unknown = home): object {
  return { pull_request: { head: { repo: head }, base: { repo: base } }, repository: home }
}

describe('on GitHub a run is', () => {
  test.each<[string, string, unknown]>([
    ['of a pull request from a fork', 'pull_request', aPull(fork)],
    ['of a pull request from a fork with the secrets of the base', 'pull_request_target', aPull(fork)],
    ['of a review in a fork', 'pull_request_review', aPull(fork)],
    ['of a pull request whose repository is gone', 'pull_request', aPull(null)],
    ['of a pull request from a repository of which only the name is told', 'pull_request', aPull({ full_name: 'a/b' })],
    ['of a fork and nothing more is told', 'pull_request', { pull_request: { head: { repo: { fork: true } } } }],
    ['of a run that a fork set off', 'workflow_run', { workflow_run: { head_repository: fork }, repository: home }],
    ['of a comment on a pull request', 'issue_comment', { issue: { pull_request: { url: 'x' } }, repository: home }],
    ['of a payload that is no JSON', 'pull_request', 'not: json'],
    ['of a payload that says nothing', 'pull_request_target', { pull_request: {} }],
  ])('doubted when it is %s', async (_, name, payload) => {
    const env = { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: await anEvent(payload) }

    expect(await findDoubt(env)).toMatch(/pull request/u)
  })

  test.each<[string, string, unknown]>([
    ['of a pull request from a branch', 'pull_request', aPull(home)],
    ['of a branch of a repository that is a fork itself', 'pull_request', aPull(fork, fork)],
    ['of a push', 'push', { repository: home }],
    ['of a run that a branch set off', 'workflow_run', { workflow_run: { head_repository: home }, repository: home }],
    ['of a comment on an issue', 'issue_comment', { issue: {}, repository: home }],
    ['of a schedule', 'schedule', {}],
  ])('trusted when it is %s', async (_, name, payload) => {
    const env = { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: await anEvent(payload) }

    expect(await findDoubt(env)).toBeUndefined()
  })

  test('doubted without a payload, and not held up by one that never ends', async () => {
    const pipe = join(await temporaryDirectory(), 'pipe')
    execFileSync('mkfifo', [pipe])

    expect(await findDoubt({ GITHUB_EVENT_NAME: 'pull_request' })).toMatch(/does not tell/u)
    expect(await findDoubt({ GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: pipe })).toMatch(/does not tell/u)
    expect(await findDoubt({ GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: '/' })).toMatch(/does not tell/u)
  })
})

describe('elsewhere a run is', () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ['a fork on GitLab', { CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2', CI_MERGE_REQUEST_PROJECT_ID: '1' }],
    ['a source on GitLab that is gone', { CI_MERGE_REQUEST_PROJECT_ID: '1' }],
    [
      'a fork on GitHub, built by GitLab',
      {
        CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY: 'mallory/hooks',
        CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY: 'org/hooks',
      },
    ],
    [
      'a fork on Bitbucket',
      {
        BITBUCKET_PR_ID: '7',
        BITBUCKET_REPO_FULL_NAME: 'org/hooks',
        BITBUCKET_GIT_HTTP_ORIGIN: 'https://bitbucket.org/mallory/hooks',
      },
    ],
  ])('doubted when it is of %s', async (_, env) => {
    expect(await findDoubt(env)).toMatch(/request from a fork/u)
  })

  test.each<[string, Readonly<Record<string, string>>]>([
    ['of nobody in particular', {}],
    ['of a branch on GitLab', { CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '1', CI_MERGE_REQUEST_PROJECT_ID: '1' }],
    [
      'of a branch on Bitbucket',
      {
        BITBUCKET_PR_ID: '7',
        BITBUCKET_REPO_FULL_NAME: 'org/hooks',
        BITBUCKET_GIT_HTTP_ORIGIN: 'http://bitbucket.org/Org/hooks.git',
      },
    ],
  ])('trusted when it is %s', async (_, env) => {
    expect(await findDoubt(env)).toBeUndefined()
  })
})

const gitlabFork = { CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2', CI_MERGE_REQUEST_PROJECT_ID: '1' }

describe('in a run on code from a fork', () => {
  test('plan tells what is new and changed by the ledger alone, and says why', async () => {
    const world = await openWorld()
    await world.write('webhooks.yaml', caseyFile(world))
    await world.apply()
    const before = world.calls()
    await world.write('webhooks.yaml', caseyFile(world, {}, { description: 'changed' }))

    const planned = await world.plan({ env: gitlabFork })

    expect(planned.accounts.flatMap(({ actions }) => actions.map(({ kind }) => kind))).toEqual(['update'])
    expect(findingsOf(planned)).toMatchObject([{ code: 'HS2013', severity: 'warning' }])
    expect(world.calls()).toBe(before)
  })

  test('nothing that needs secrets is done by a program either', async () => {
    const world = await openWorld()
    await world.write('webhooks.yaml', caseyFile(world))
    const options = makeOptions({ cwd: world.directory, env: { ...world.env, ...gitlabFork } })
    const runs = [
      () => apply(options, (made) => Promise.resolve(made)),
      () => drift(options),
      () => importWebhooks({ ...options, accounts: [], adopt: false }),
      () => rotate(options, { globs: ['*'], excludes: [], resume: false, dryRun: false }, () => Promise.resolve(true)),
    ]

    for (const run of runs) await expect(run()).rejects.toThrow(DiagnosticError)
    expect(world.calls()).toBe(0)
    expect(existsSync(join(world.directory, '.hooks-sync'))).toBe(false)
  })

  test('variables are not read into texts, harmless as they may look', async () => {
    const world = await openWorld({ STAGE: canary })
    await world.write('webhooks.yaml', caseyFile(world, {}, { description: '"${env:STAGE}"' }))

    const refused = await world.plan({ env: gitlabFork })
    await world.write('webhooks.yaml', caseyFile(world, {}, { description: '"${env:STAGE:-dev}"' }))
    const defaulted = await world.plan({ env: gitlabFork })
    const listed = await world.plan({ env: { ...gitlabFork, HOOKS_SYNC_ALLOW_ENV: 'STAGE' } })

    expect(findingsOf(refused)).toMatchObject([{ code: 'HS1010', message: /not read in a run on code from a fork/u }])
    expect(JSON.stringify(refused) + JSON.stringify(defaulted)).not.toContain(canary)
    expect(JSON.stringify(listed)).toContain(canary)
  })

  test('a configuration that is a link shows nothing of what it leads to', async () => {
    const world = await openWorld()
    const hidden = join(world.outside, 'credentials')
    await writeFile(hidden, `password: ${canary}\n`)
    await symlink(hidden, join(world.directory, 'webhooks.yaml'))

    const planned = await world.plan({ env: gitlabFork })

    expect(errorsOf(planned)).toContain('HS2013')
    expect(JSON.stringify(planned)).not.toContain(canary)
  })

  test('the operator may trust it, within a policy', async () => {
    const world = await openWorld()
    await world.write('webhooks.yaml', caseyFile(world))
    await writeFile(join(world.outside, 'policy.yaml'), 'version: 1\nreceivers: [hooks.example.com]\n')

    const without = await world.plan({ env: gitlabFork, trusted: true })
    const callsWithout = world.calls()
    const trusted = await world.plan({ env: gitlabFork, trusted: true, policy: '../operator/policy.yaml' })

    expect(errorsOf(without)).toEqual(['HS2016'])
    expect(callsWithout).toBe(0)
    expect(findingsOf(trusted)).toEqual([])
    expect(world.calls()).toBeGreaterThan(0)
  })
})

describe('the program, in a run on code from a fork,', () => {
  async function aProject(): Promise<World> {
    const world = await openWorld(gitlabFork)
    await world.write('webhooks.yaml', caseyFile(world))
    return world
  }

  test('plans offline with a warning, and saves nothing', async () => {
    const { directory, env, calls } = await aProject()

    const ran = await runProgram(['plan', '--json', '--out', 'plan.json'], { cwd: directory, env })

    expect(ran.code).toBe(0)
    expect(JSON.parse(ran.stdout)).toMatchObject({
      summary: { create: 1 },
      diagnostics: [{ code: 'HS2013', severity: 'warning' }],
    })
    expect(ran.stderr).toContain('it is for a merge request from a fork')
    expect(ran.stderr).toContain('plan.json is not written')
    expect(calls()).toBe(0)
  })

  test('validates', async () => {
    const { directory, env } = await aProject()

    expect((await runProgram(['validate'], { cwd: directory, env })).code).toBe(0)
  })

  test.each([
    ['apply', '--auto-approve'],
    ['drift'],
    ['import'],
    ['secrets', 'check'],
    ['secrets', 'get', 'ref+env://TELLCASEY_API_KEY', '--reveal'],
    ['forget', 'casey/*'],
    ['ledger', 'list'],
  ])('refuses %s %s %s', async (...args) => {
    const { directory, env, calls } = await aProject()

    const words = args.filter((word) => word !== undefined)
    const ran = await runProgram(words, { cwd: directory, env: { ...env, HOOKS_SYNC_TRUSTED: '0' } })

    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain('HS2013')
    expect(ran.stderr).toContain('docs/pull-requests-from-forks.md')
    expect(calls()).toBe(0)
  })

  test('is not trusted by a variable alone', async () => {
    const { directory, env, calls } = await aProject()

    const trusting = { ...env, HOOKS_SYNC_TRUSTED: '1' }
    const ran = await runProgram(['apply', '--auto-approve'], { cwd: directory, env: trusting })

    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain('--trusted needs a policy')
    expect(calls()).toBe(0)
  })
})
