import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { DriftDocument } from '../../src/report/drift-model.ts'
import { applyAll, canary, fillVault, makeProject, type Project } from './make-project.ts'
import { readLines } from './run-program.ts'

/** A project that is applied, in which somebody then took an event from one webhook and added another webhook. */
async function makeDriftedProject(env: Readonly<Record<string, string>> = {}): Promise<Project> {
  const project = await makeProject({ env })
  await fillVault(project)
  await applyAll(project)
  const { sinch, tellcasey } = project.sandbox.vendors
  sinch.webhooks.edit(sinch.webhooks.all()[0]?.id ?? '', { triggers: ['MESSAGE_INBOUND'] })
  const [known] = tellcasey.webhooks.all()
  if (known !== undefined) tellcasey.webhooks.put({ ...known, id: 'foreign', url: 'https://x.example.com/|`@all`' })
  return project
}

const formats = ['text', 'json', 'markdown', 'html', 'junit', 'sarif'] as const
const toFiles = formats.flatMap((format) => ['--report', `${format}=drift.${format}`])

test('drift writes all reports of one run at once; they tell the same, and where, since when and what next', async () => {
  const project = await makeDriftedProject({
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'acme/hooks',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
  })
  await mkdir(join(project.directory, '..', '.git'))

  const { code, stdout } = await project.run('drift', '--json', ...toFiles)

  expect(code).toBe(2)
  const document = JSON.parse(stdout) as DriftDocument
  expect(document.drift.find(({ class: found }) => found === 'changed')).toMatchObject(changed)
  expect(document.accounts).toMatchObject(covered)
  expect(JSON.parse(await project.read('drift.json'))).toEqual(document)
  for (const format of ['text', 'markdown', 'html', 'sarif']) {
    expect(await project.read(`drift.${format}`)).toContain('Drift: 1 changed. 1 in line, 1 unmanaged.')
  }
  // Places count from the root of the repository, and are linked to where GitHub shows them.
  const link = 'https://github.com/acme/hooks/blob/0123456789abcdef0123456789abcdef01234567/project/webhooks.yaml#L12'
  expect(await project.read('drift.markdown')).toContain(link)
  expect(await project.read('drift.html')).toContain(link)
  expect(await project.read('drift.sarif')).toContain('"uri": "project/webhooks.yaml"')
  expect(await project.read('drift.junit')).toContain('file="project/webhooks.yaml" line="12"')
  for (const format of formats) expect(await project.read(`drift.${format}`)).not.toContain(canary)
})

const changed = {
  provider: 'chat',
  key: 'inbound',
  at: { file: 'webhooks.yaml', line: 12 },
  changes: [{ path: 'events', before: ['MESSAGE_INBOUND'], after: ['MESSAGE_DELIVERY', 'MESSAGE_INBOUND'] }],
  since: expect.stringMatching(/^20\d\d-/u),
  apply: { kind: 'update', deletes: 0, risk: 'low' },
}
const covered = [
  { provider: 'casey', live: 2, managed: 1, in_line: ['conversations'], classes: { unmanaged: 1 } },
  { provider: 'chat', live: 1, managed: 1, in_line: [], classes: { changed: 1 } },
]

test('--fail-on decides what counts, and the exit code with it', async () => {
  const project = await makeDriftedProject()

  const ofOthers = await project.run('drift', '--fail-on', 'unmanaged')
  const ofNone = await project.run('drift', '--fail-on', 'missing,duplicate')

  expect(ofOthers.stdout).toContain('Drift: 1 unmanaged. 1 in line, 1 unmanaged.')
  expect([ofOthers.code, ofNone.code]).toEqual([2, 0])
})

describe('--history', () => {
  test('adds one whole line per run, and tells what is new, known and resolved', async () => {
    const project = await makeDriftedProject()
    const drift = (): ReturnType<Project['run']> => project.run('drift', '--history', 'drift.jsonl')

    const found = await drift()
    const whole = await project.read('drift.jsonl')
    // The next run finds a line that was cut short, and is not troubled by it.
    await project.write('drift.jsonl', `${whole}${whole.slice(0, 40)}`)
    const again = await drift()
    await applyAll(project)
    const mended = await drift()

    expect(found.stdout).toContain('2 new, 0 known, 0 resolved; the first run written down.')
    expect(again.stdout).toContain('0 new, 2 known, 0 resolved; since 20')
    expect(mended.stdout).toContain('0 new, 1 known, 1 resolved; since 20')
    expect(mended.stdout).toContain('changed chat/inbound')
    const [first, cut, ...more] = (await project.read('drift.jsonl')).split('\n').slice(0, -1)
    const lines = readLines([first, ...more].join('\n'))
    expect(cut).toHaveLength(40)
    expect(lines.map(({ counted }) => counted)).toEqual([1, 1, 0])
    expect(await project.read('drift.jsonl')).not.toContain(canary)
  })

  test('leaves a file alone that is not ours', async () => {
    const project = await makeProject()
    const strange = {
      'some text': 'Shopping list\n- milk\n',
      'a later version': '{"hooks_sync_history":2,"at":"","new":[],"resolved":[]}\n',
    }

    for (const [name, text] of Object.entries(strange)) {
      await project.write(name, text)
      const { code, stderr } = await project.run('drift', '--history', name)

      expect(code).toBe(1)
      expect(stderr).toContain(`${name} is not a history of drift: line 1 was not written by`)
      expect(await project.read(name)).toBe(text)
    }
    const directory = await project.run('drift', '--history', '.')
    expect([directory.code, directory.stderr]).toEqual([1, expect.stringContaining('it is no file')])
    expect(project.sandbox.vendors.sinch.log).toHaveLength(0)
  })
})

test('a plan and an apply have no report as JUnit or SARIF, and say which there are', async () => {
  const project = await makeProject()

  const planned = await project.run('plan', '--report', 'junit=a')
  const applied = await project.run('apply', '--report', 'sarif=a')

  expect([planned.code, applied.code]).toEqual([1, 1])
  expect(planned.stderr).toContain('plan has no report as junit: drift has.')
  expect(applied.stderr).toContain('The formats are text, json, markdown, html.')
})

test('a plan and an apply are reported as a page too', async () => {
  const project = await makeProject()
  await fillVault(project)

  await project.run('plan', '--report', 'html=plan.html')
  await project.run('apply', '--auto-approve', '--report', 'html=apply.html')

  const [plan, applied] = [await project.read('plan.html'), await project.read('apply.html')]
  expect(plan).toContain('<h1>2 to change</h1>')
  expect(applied).toContain('<h1>2 applied</h1>')
  for (const page of [plan, applied]) expect(page).not.toContain(canary)
})
