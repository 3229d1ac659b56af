import { mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { applyAll, canary, fillVault, makeProject, type Project } from '../cli/make-project.ts'
import { mainFile } from '../cli/run-program.ts'
import { type FakeGithub, startGithub } from './fake-github.ts'
import { makeZip } from './make-zip.ts'
import { type Use, type UsedAction, useAction } from './run-action.ts'

const head = 'a'.repeat(40)
const merge = 'b'.repeat(40)
const marker = '<!-- hooks-sync -->\n'

interface Repository {
  readonly project: Project
  readonly github: FakeGithub
  use(mode: string, event: Use['event'], more?: Partial<Pick<Use, 'inputs' | 'env'>>): Promise<UsedAction>
}

async function makeRepository(): Promise<Repository> {
  const [project, github] = await Promise.all([makeProject(), startGithub()])
  await fillVault(project)
  return {
    project,
    github,
    use: (mode, event, { inputs, env } = {}) =>
      useAction({
        inputs: { mode, ...inputs },
        workspace: project.directory,
        place: dirname(project.directory),
        env: { ...project.env, HOOKS_SYNC_BIN: mainFile, ...env },
        event,
        apiUrl: github.url,
      }),
  }
}

function pullRequest(from: 'branch' | 'fork' = 'branch'): Use['event'] {
  const pull = { number: 12, head: { sha: head, repo: { id: from === 'fork' ? 2 : 1 } }, base: { repo: { id: 1 } } }
  return { name: 'pull_request', payload: { pull_request: pull }, sha: merge, ref: 'refs/pull/12/merge' }
}

const push = { name: 'push', payload: {}, sha: merge, ref: 'refs/heads/main' }
const clock = { name: 'schedule', payload: {}, sha: merge, ref: 'refs/heads/main' }

function editFile({ project }: Repository, before: string, after: string): Promise<void> {
  return project.read('webhooks.yaml').then((text) => project.write('webhooks.yaml', text.replace(before, after)))
}

function editLive({ project }: Repository, triggers: readonly string[]): void {
  const { webhooks } = project.sandbox.vendors.sinch
  webhooks.edit(webhooks.all()[0]?.id ?? '', { triggers: [...triggers] })
}

test('a pull request gets one comment among those of others, which later plans bring up to date, a summary and a saved plan', async () => {
  const repository = await makeRepository()
  const others = Array.from({ length: 120 }, (_, id) => ({
    id,
    body: `${marker}Looks good to me.`,
    user: { login: 'mallory', type: 'User' as const },
  }))
  repository.github.comments.set(12, [...others])

  const first = await repository.use('plan', pullRequest())
  await editFile(repository, 'MESSAGE_INBOUND, ', '')
  await editFile(repository, 'conversations:', 'calls:')
  const second = await repository.use('plan', pullRequest())

  expect(first).toMatchObject({ code: 0, outputs: { 'exit-code': '2', changed: 'true' } })
  expect(Object.keys(first.artifacts)).toEqual([`hooks-sync-plan-${head}`])
  const comments = (repository.github.comments.get(12) ?? []).slice(others.length)
  expect(repository.github.comments.get(12)?.slice(0, others.length)).toEqual(others)
  expect(comments).toHaveLength(1)
  expect(comments[0]?.body.startsWith(`${marker}**Plan: 2 to create,`)).toBe(true)
  expect(comments[0]?.body).toContain('<code>calls</code>')
  expect(comments[0]?.body).toContain(
    'plan of aaaaaaa, [log of the run](https://github.com/acme/webhooks/actions/runs/',
  )
  expect(second.summary).toBe(`${comments[0]?.body}\n`)
  expect(JSON.stringify([comments, first.log, second.log])).not.toContain(canary)
})

test('two uses in one repository have a comment and a plan each', async () => {
  const repository = await makeRepository()

  const staging = await repository.use('plan', pullRequest(), { inputs: { name: 'staging' } })
  await repository.use('plan', pullRequest())
  await repository.use('plan', pullRequest(), { inputs: { name: 'staging' } })

  expect(Object.keys(staging.artifacts)).toEqual([`hooks-sync-plan-staging-${head}`])
  expect(repository.github.comments.get(12)?.map(({ body }) => body.split('\n')[0])).toEqual([
    '<!-- hooks-sync staging -->',
    '<!-- hooks-sync -->',
  ])
})

test('a pull request from a fork is planned offline and told in the summary only', async () => {
  const repository = await makeRepository()

  const { code, log, summary, artifacts } = await repository.use('plan', pullRequest('fork'))

  expect(code).toBe(0)
  expect(log).toContain('HS2013')
  expect(summary).toContain(`${marker}**Plan: 2 to create`)
  expect(artifacts).toEqual({})
  expect(repository.github.requests).toEqual([])
  for (const vendor of Object.values(repository.project.sandbox.vendors)) expect(vendor.log).toEqual([])
})

test('a token that may not comment leaves the plan in the summary, and says which permission it lacks', async () => {
  const repository = await makeRepository()
  repository.github.denied.add('/issues')

  const { code, log, summary } = await repository.use('plan', pullRequest())

  expect(code).toBe(0)
  expect(log).toMatch(/::warning .*"pull-requests: write"/u)
  expect(summary).toContain('Plan: 2 to create')
})

test('files that cannot be used end the job, and the comment says what is wrong with them', async () => {
  const repository = await makeRepository()
  await editFile(repository, '[MESSAGE_INBOUND,', '[MESSAGE_INBOUNDN,')

  const { code, outputs } = await repository.use('plan', pullRequest())

  expect([code, outputs['exit-code']]).toEqual([1, '1'])
  expect(repository.github.comments.get(12)?.[0]?.body).toContain('HS1004')
})

test('a plan that a guard refuses ends the job with 5 and is not saved', async () => {
  const repository = await makeRepository()
  await editFile(repository, 'https://hooks.example.com/sinch', 'http://hooks.example.com/sinch')

  const { code, artifacts } = await repository.use('plan', pullRequest())

  expect(code).toBe(5)
  expect(artifacts).toEqual({})
  expect(repository.github.comments.get(12)?.[0]?.body).toContain('--allow-http')
})

test('the main branch is applied, and the summary tells what was done', async () => {
  const repository = await makeRepository()

  const { code, summary } = await repository.use('apply', push)

  expect(code).toBe(0)
  expect(summary).toContain('**Applied: 2 created')
  expect(repository.project.sandbox.vendors.sinch.webhooks.all()).toHaveLength(1)
  expect(repository.github.requests).toEqual([])
})

test('the plan that was reviewed is followed, and nothing else', async () => {
  const repository = await makeRepository()
  const { github } = repository
  const { artifacts } = await repository.use('plan', pullRequest())
  const name = `hooks-sync-plan-${head}`
  const zip = makeZip('plan.json', await readFile(artifacts[name] ?? '', 'utf8'))
  const forged = makeZip('plan.json', '{}')
  github.merged.set(merge, { number: 12, headSha: head })
  github.artifacts.push({ id: 1, name, headSha: head, isOfFork: false, zip })
  github.artifacts.push({ id: 2, name, headSha: head, isOfFork: true, zip: forged })
  const reviewed = { inputs: { plan: 'reviewed' } }

  const applied = await repository.use('apply', push, reviewed)
  await editFile(repository, 'MESSAGE_INBOUND, ', '')
  const stale = await repository.use('apply', push, reviewed)

  expect(applied.code).toBe(0)
  expect(applied.log).toContain('The plan that pull request #12 has saved is followed.')
  expect(applied.summary).toContain('**Applied: 2 created')
  expect([stale.code, stale.outputs['exit-code']]).toEqual([4, '4'])
})

test.each([
  ['no pull request has brought the commit', false, /::error .*No merged pull request/u],
  ['the pull request has saved no plan', true, /::error .*#12 has saved no plan/u],
])('nothing is applied where %s', async (_, isMerged, expected) => {
  const repository = await makeRepository()
  if (isMerged) repository.github.merged.set(merge, { number: 12, headSha: head })

  const { code, log } = await repository.use('apply', push, { inputs: { plan: 'reviewed' } })

  expect(code).toBe(1)
  expect(log).toMatch(expected)
  expect(repository.project.sandbox.vendors.sinch.webhooks.all()).toHaveLength(0)
})

test('drift opens one issue, brings it up to date, and closes it when the drift is gone', async () => {
  const repository = await makeRepository()
  const { github } = repository
  await applyAll(repository.project)

  const none = await repository.use('drift', clock)
  editLive(repository, ['MESSAGE_INBOUND'])
  const found = await repository.use('drift', clock)
  const opened = github.issues.map(({ title, state }) => ({ title, state }))
  editLive(repository, ['MESSAGE_DELIVERY'])
  const known = await repository.use('drift', clock)
  const [issue] = github.issues
  const told = issue?.body
  editLive(repository, ['MESSAGE_INBOUND', 'MESSAGE_DELIVERY'])
  const gone = await repository.use('drift', clock)

  expect([none, found, known, gone].map(({ code }) => code)).toEqual([0, 0, 0, 0])
  expect([none, found, known, gone].map(({ outputs }) => outputs['changed'])).toEqual([
    'false',
    'true',
    'true',
    'false',
  ])
  expect(opened).toEqual([{ title: 'Webhooks have drifted', state: 'open' }])
  expect(known.outputs['issue']).toBe(String(issue?.number))
  expect(told).toContain(`${marker}**Drift: 1 changed.`)
  expect(told).toContain('added <code>MESSAGE_INBOUND</code>')
  expect(github.issues).toHaveLength(1)
  expect(issue?.state).toBe('closed')
  expect(github.comments.get(issue?.number ?? 0)?.map(({ body }) => body)).toEqual([
    'The drift is gone: [log of the run](https://github.com/acme/webhooks/actions/runs/4242).',
  ])
})

test('drift goes to code scanning too, where findings that are gone are closed', async () => {
  const repository = await makeRepository()
  const { github } = repository
  await applyAll(repository.project)

  editLive(repository, ['MESSAGE_INBOUND'])
  await repository.use('drift', clock, { inputs: { name: 'prod' } })
  editLive(repository, ['MESSAGE_INBOUND', 'MESSAGE_DELIVERY'])
  await repository.use('drift', clock, { inputs: { name: 'prod' } })

  expect(github.sarifs.map(({ ref, commit_sha }) => [ref, commit_sha])).toEqual([
    ['refs/heads/main', merge],
    ['refs/heads/main', merge],
  ])
  const runs = github.sarifs.flatMap(({ log }) => log.runs)
  expect(runs.map(({ automationDetails }) => automationDetails.id)).toEqual([
    'hooks-sync/drift/prod/',
    'hooks-sync/drift/prod/',
  ])
  expect(runs.map(({ results }) => results.map(({ ruleId }) => ruleId))).toEqual([['drift/changed'], []])
})

test('an account that cannot be read closes no issue and no finding', async () => {
  const repository = await makeRepository()
  const { github, project } = repository
  await applyAll(project)
  editLive(repository, ['MESSAGE_INBOUND'])
  await repository.use('drift', clock)

  const { code } = await repository.use('drift', clock, { env: { SINCH_KEY_SECRET: 'wrong' } })

  expect(code).toBe(1)
  expect(github.issues.map(({ state }) => state)).toEqual(['open'])
  expect(github.sarifs).toHaveLength(1)
})

test('drift that no issue can tell of fails the job; a repository without code scanning does not', async () => {
  const repository = await makeRepository()
  repository.github.denied.add('/code-scanning')
  await applyAll(repository.project)
  editLive(repository, ['MESSAGE_INBOUND'])

  const told = await repository.use('drift', clock)
  repository.github.denied.add('/issues')
  const untold = await repository.use('drift', clock)

  expect([told.code, untold.code]).toEqual([0, 2])
  expect(told.log).toContain('security-events: write')
  expect(untold.log).toContain('issues: write')
})

test('the token of the action never reaches hooks-sync, and what it prints is no command to the runner', async () => {
  const repository = await makeRepository()
  const program = join(dirname(repository.project.directory), 'program.mjs')
  await writeFile(program, "console.log('::set-output name=exit-code::0', JSON.stringify(process.env))\n")

  const { log } = await repository.use('plan', pullRequest(), { env: { HOOKS_SYNC_BIN: program } })

  expect(log).not.toContain('job-token')
  expect(log).toMatch(/::stop-commands::(\S+)\n::set-output name=exit-code::0[^\n]*\n::\1::\n/u)
})

test('a program in the working copy of a fork is not run', async () => {
  const repository = await makeRepository()
  const { directory } = repository.project
  await writeFile(join(directory, 'theirs.mjs'), "console.log('theirs was run')\n")
  await symlink('theirs.mjs', join(directory, 'hooks-sync'))
  const env = { ...(await withoutRegistry(repository)), HOOKS_SYNC_BIN: 'hooks-sync' }

  const fork = await repository.use('plan', pullRequest('fork'), { env })
  const branch = await repository.use('plan', pullRequest(), { env })

  expect(fork.log).not.toContain('theirs was run')
  expect(fork.log).toMatch(/npm ci --prefix \S+ --ignore-scripts /u)
  expect(fork.code).toBe(1)
  expect(branch.log).toContain('theirs was run')
})

test('the published program is installed with the packages that were tested with it, by version and hash', async () => {
  const repository = await makeRepository()
  const env = { ...(await withoutRegistry(repository)), HOOKS_SYNC_BIN: '' }

  const { log } = await repository.use('plan', pullRequest(), { env })

  const place = /npm ci --prefix (\S+)/u.exec(log)?.[1] ?? ''
  const { packages } = JSON.parse(await readFile(join(place, 'package-lock.json'), 'utf8')) as Lock
  const { '': top, 'node_modules/hooks-sync': own, ...others } = packages
  expect(JSON.parse(await readFile(join(place, 'package.json'), 'utf8'))).toEqual(top)
  expect(top?.dependencies).toEqual({ 'hooks-sync': own?.version })
  expect(Object.values(others).filter(({ integrity = '' }) => !/^sha512-\S{80,}$/u.test(integrity))).toEqual([])
  const wanted = Object.values(packages).flatMap(({ dependencies = {} }) => Object.keys(dependencies))
  expect(wanted.length).toBeGreaterThan(10)
  expect(wanted.filter((name) => packages[`node_modules/${name}`] === undefined)).toEqual([])
})

interface Lock {
  readonly packages: Readonly<
    Record<string, { version?: string; integrity?: string; dependencies?: Readonly<Record<string, string>> }>
  >
}

/** An npm that installs nothing, so that a test needs no registry. */
async function withoutRegistry({ project }: Repository): Promise<Readonly<Record<string, string>>> {
  const bin = join(dirname(await realpath(project.directory)), 'bin')
  await mkdir(bin)
  await writeFile(join(bin, 'npm'), '#!/bin/sh\necho "npm $*"\nexit 3\n', { mode: 0o755 })
  return { PATH: `${bin}:${process.env['PATH'] ?? ''}` }
}

test.each([
  ['a mode that there is not', { mode: 'destroy' }, 'The input mode is one of plan, apply, drift, not "destroy".'],
  ['a name that would break out of a mark', { mode: 'plan', name: 'x --> <b>' }, 'The input name takes'],
  ['a plan for another mode', { mode: 'drift', plan: 'plan.json' }, "The input plan is for mode 'apply'."],
  ['a directory that is not there', { mode: 'plan', 'working-directory': 'nowhere' }, 'does not exist'],
])('%s is told in one sentence', async (_, inputs, expected) => {
  const repository = await makeRepository()

  const { code, log } = await repository.use(inputs.mode, pullRequest(), { inputs })

  expect(code).toBe(1)
  expect(log).toContain(`::error title=hooks-sync::`)
  expect(log).toContain(expected)
})
