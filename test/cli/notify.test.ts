import { expect, test } from 'vitest'
import { findLeaks } from '../canary/leaks.ts'
import { noticePath, startNoticeReceiver } from '../notify/notice-receiver.ts'
import { applyAll, canary, fillVault, makeProject, type Project, type ProjectOptions } from './make-project.ts'
import { type Ran, runProgram } from './run-program.ts'

const canaries = [
  { name: 'signing secret', value: canary },
  { name: 'notification URL', value: noticePath },
]

/** A project that is applied, in which a webhook was changed to what somebody hostile wrote. */
async function makeDrifted(options: ProjectOptions = {}): Promise<Project> {
  const project = await makeProject(options)
  await fillVault(project)
  await applyAll(project)
  const { sinch } = project.sandbox.vendors
  const url = `https://evil.example.com/<!channel>?secret=${canary}`
  sinch.webhooks.edit(sinch.webhooks.all()[0]?.id ?? '', { target: url })
  return project
}

function runWith(project: Project, env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ran> {
  return runProgram(args, { cwd: project.directory, env: { ...project.env, ...env } })
}

test('drift tells each place in its own format, and never a secret nor where it went', async () => {
  const project = await makeDrifted()
  const [slack, teams, json] = await Promise.all([startNoticeReceiver(), startNoticeReceiver(), startNoticeReceiver()])
  const env = { SLACK_URL: slack.url, TEAMS_URL: teams.url, JSON_URL: json.url }

  const ran = await runWith(
    project,
    env,
    'drift',
    '--notify',
    'slack=ref+env://SLACK_URL',
    '--notify',
    'teams=ref+env://TEAMS_URL',
    '--notify',
    'ref+env://JSON_URL',
  )

  expect(ran).toMatchObject({ code: 2 })
  expect(ran.stderr).not.toContain('HS4014')
  expect([slack, teams, json].map(({ taken }) => taken.map(({ path }) => path))).toEqual([
    [noticePath],
    [noticePath],
    [noticePath],
  ])
  const [toSlack, toTeams, toJson] = [slack, teams, json].map(({ taken }) => JSON.parse(taken[0]?.text ?? ''))
  expect(toSlack.text).toContain('*hooks-sync drift*: Drift: 1 changed.')
  expect(toTeams.attachments[0].contentType).toBe('application/vnd.microsoft.card.adaptive')
  expect(toJson).toMatchObject({
    event: 'drift',
    totals: { counted: 1 },
    findings: [{ class: 'changed', key: 'inbound' }],
  })
  const told = [slack, teams, json].flatMap(({ taken }) => taken.map(({ text }) => text))
  expect(findLeaks([...told, ran.stdout, ran.stderr].join('\n'), canaries)).toEqual([])
})

test('with a history, only what is new and what is resolved is told', async () => {
  const project = await makeDrifted()
  const receiver = await startNoticeReceiver()
  const args = ['drift', '--history', 'drift.jsonl', '--notify', receiver.url] as const

  await project.run(...args)
  await project.run(...args)
  const known = receiver.taken.length
  await applyAll(project)
  await project.run(...args)

  expect(known).toBe(1)
  expect(receiver.taken.map(({ text }) => JSON.parse(text))).toMatchObject([
    { findings: [{ state: 'new' }], resolved: [] },
    { findings: [], resolved: [{ class: 'changed', key: 'inbound' }] },
  ])
})

test('apply tells what it did, by a URL that lies in the vault of the files', async () => {
  const project = await makeProject()
  await fillVault(project)
  const receiver = await startNoticeReceiver()
  await project.runWith(receiver.url, 'secrets', 'set', 'ref+age://secrets.age#/notify/url')

  const args = ['apply', '--auto-approve', '--notify', 'ref+age://secrets.age#/notify/url'] as const
  const first = await project.run(...args)
  const second = await project.run(...args)

  expect([first.code, second.code]).toEqual([0, 0])
  expect(receiver.taken.map(({ text }) => JSON.parse(text))).toMatchObject([
    { event: 'apply', applied: { counts: { create: 2 }, exit_code: 0 } },
  ])
  expect(findLeaks(`${first.stdout}${first.stderr}${receiver.taken[0]?.text}`, canaries)).toEqual([])
})

test('who does not take it, cannot be reached or is not there is a warning that shows nothing of the URL', async () => {
  const project = await makeDrifted()
  const [refusing, moved] = await Promise.all([
    startNoticeReceiver({ status: 404 }),
    startNoticeReceiver({ status: 302, location: 'http://127.0.0.1:1/elsewhere' }),
  ])
  const env = {
    HOOKS_SYNC_NOTIFY: `slack=${refusing.url}\n${moved.url}\nref+env://GONE\nref+env://NOWHERE\nref+env://CLEAR`,
    GONE: `http://127.0.0.1:1${noticePath}`,
    CLEAR: `http://hooks.example.com${noticePath}`,
  }

  const { code, stdout, stderr } = await runWith(project, env, 'drift')

  expect(code).toBe(2)
  const warning = (name: string, reason: string): string =>
    `warning HS4014  The notification to ${name} was not delivered: ${reason}.`
  expect(stderr).toContain(warning('URL 1 of --notify', 'it answered 404'))
  expect(stderr).toContain(warning('URL 2 of --notify', 'it answered 302, and redirects are not followed'))
  expect(stderr).toContain(warning('ref+env://GONE', 'connection refused'))
  expect(stderr).toContain('The notification to ref+env://NOWHERE was not delivered: ')
  expect(stderr).toContain(warning('ref+env://CLEAR', 'it is not https'))
  expect(findLeaks(stdout + stderr, canaries)).toEqual([])
})

test.each([
  [`http://hooks.example.com${noticePath}`, 'it is not https'],
  [`slack=https://user:${noticePath.slice(-8)}@hooks.example.com/`, 'it holds a login'],
  [noticePath, 'it is no URL'],
  [`discord=https://hooks.example.com${noticePath}`, '--notify does not know this format.'],
  ['ref+nowhere://x', 'This backend of a secret reference is not known.'],
])('%s is refused before anything is done', async (value, reason) => {
  const project = await makeProject()

  const { code, stdout, stderr } = await project.run('drift', '--notify', value)

  expect(code).toBe(1)
  expect(stderr).toContain(reason)
  expect(findLeaks(stdout + stderr, canaries)).toEqual([])
  expect(project.sandbox.vendors.sinch.log).toEqual([])
})

test('a URL on the command line is used, and warned of: others see it there', async () => {
  const project = await makeProject()
  await fillVault(project)

  const { code, stdout, stderr } = await project.run(
    'drift',
    '--fail-on',
    'pending',
    '--notify',
    `https://hooks.example.invalid${noticePath}`,
  )

  expect(code).toBe(2)
  expect(stderr).toContain('warning HS4014  The notification to URL 1 of --notify was not delivered: ')
  expect(stderr).toContain('warning HS2001  URL 1 of --notify stands in clear on the command line')
  expect(findLeaks(stdout + stderr, canaries)).toEqual([])
})

test('a run for a pull request from a fork tells nobody', async () => {
  const project = await makeDrifted()
  const receiver = await startNoticeReceiver()
  await project.write(
    'event.json',
    '{"pull_request":{"head":{"repo":{"fork":true,"full_name":"a/b"}},"base":{"repo":{"full_name":"c/d"}}}}',
  )
  const env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: `${project.directory}/event.json`,
  }
  await project.run('drift', '--report', 'json=one.json')

  const runs = [
    await runWith(project, env, 'drift', '--notify', receiver.url),
    await runWith(project, env, 'report', 'merge', 'one.json', '--notify', receiver.url),
  ]

  expect(runs.map(({ code }) => code)).toEqual([1, 1])
  for (const { stderr } of runs) expect(stderr).toContain('HS2013')
  expect(receiver.taken).toEqual([])
})
