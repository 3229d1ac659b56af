import { expect, test } from 'vitest'
import type { DriftDocument } from '../../src/report/drift-model.ts'
import { applyAll, fillVault, makeProject, type Project } from './make-project.ts'
import { runProgram } from './run-program.ts'

/** The two accounts fall into different ones. */
const shards = 2

/** Two accounts in which something is missing, and the report of each shard as an Indexed Job writes it. */
async function makeShards(): Promise<Project> {
  const project = await makeProject()
  await fillVault(project)
  await applyAll(project)
  for (const { webhooks } of Object.values(project.sandbox.vendors)) webhooks.clear()
  for (let index = 0; index < shards; index += 1) {
    await runProgram(['drift', '--shard', `auto/${shards}`, '--report', `json=shard-${index}.json`], {
      cwd: project.directory,
      env: { ...project.env, JOB_COMPLETION_INDEX: String(index) },
    })
  }
  return project
}

test('the shards of an Indexed Job merge to the report of one run, in every format', async () => {
  const project = await makeShards()
  const whole = await project.run('drift', '--json')

  const reports = ['html=drift.html', 'text=drift.txt', 'junit=drift.xml'].flatMap((report) => ['--report', report])
  const files = ['shard-0.json', 'shard-1.json']
  const merged = await project.run('report', 'merge', ...files, '--json', ...reports, '--history', 'drift.jsonl')

  const { history, ...document } = JSON.parse(merged.stdout) as DriftDocument
  expect(merged.code).toBe(2)
  expect(history).toEqual({ runs: 0, new: 2, known: 0, resolved: [] })
  expect(withoutTime({ ...document, drift: document.drift.map(withoutState) })).toEqual(
    withoutTime(JSON.parse(whole.stdout)),
  )
  expect(document.accounts.map(({ provider }) => provider)).toEqual(['casey', 'chat'])
  expect(await project.read('drift.txt')).toContain('Drift: 2 missing.')
  expect(await project.read('drift.html')).toContain('<!doctype html>')
  expect(await project.read('drift.xml')).toContain('<testsuites')
})

test('tells which shards are missing, and writes nothing', async () => {
  const project = await makeShards()

  const { code, stdout, stderr } = await project.run('report', 'merge', 'shard-1.json', '--report', 'html=drift.html')

  expect(code).toBe(1)
  expect(stdout).toBe('')
  expect(stderr).toContain('error HS6006  The reports of 1 of 2 shards are missing: 1.')
  await expect(project.read('drift.html')).rejects.toThrow('ENOENT')
})

test('tells of every file that is no report', async () => {
  const project = await makeProject()

  const { code, stderr } = await project.run('report', 'merge', 'webhooks.yaml', 'gone.json')

  expect(code).toBe(1)
  expect(stderr).toContain('webhooks.yaml cannot be merged: it is no JSON report of drift.')
  expect(stderr).toContain('The report gone.json cannot be read (ENOENT).')
})

test.each([
  [['--shard', 'auto/4'], {}, '--shard auto needs JOB_COMPLETION_INDEX'],
  [['--shard', 'auto/4'], { JOB_COMPLETION_INDEX: '4' }, 'JOB_COMPLETION_INDEX takes a whole number from 0 to 3.'],
  [['--shard', '0/4'], {}, '--shard takes a whole number from 1 to 4.'],
])('refuses %j with %j', async (flags, env, message) => {
  const { directory } = await makeProject()

  const { code, stderr } = await runProgram(['drift', ...flags], { cwd: directory, env })

  expect(code).toBe(1)
  expect(stderr).toContain(message)
})

function withoutTime({ run, ...document }: Readonly<Record<string, unknown>> & Pick<DriftDocument, 'run'>): object {
  return { ...document, run: { ...run, finished_at: undefined } }
}

function withoutState(finding: DriftDocument['drift'][number]): object {
  return { ...finding, state: undefined, first_seen: undefined }
}
