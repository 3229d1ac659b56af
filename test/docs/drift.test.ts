import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { driftClasses } from '../../src/report/drift-words.ts'
import { applyAll, fillVault, makeProject } from '../cli/make-project.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/drift.md'), 'utf8')

/** The commands that the guide shows, word by word. */
function commandsOf(text: string): readonly (readonly string[])[] {
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gsu)].map(([, block = '']) => block)
  const spans = [...text.matchAll(/`hooks-sync ([^`]+)`/gu)].map(([, call = '']) => `hooks-sync ${call}`)
  return [...blocks, ...spans].flatMap((block) => block.trim().split('\n')).map((line) => line.split(' ').slice(1))
}

test('each command of the guide does what it says', async () => {
  const project = await makeProject()
  await fillVault(project)
  await applyAll(project)
  const { sinch } = project.sandbox.vendors
  sinch.webhooks.edit(sinch.webhooks.all()[0]?.id ?? '', { triggers: ['MESSAGE_INBOUND'] })
  const commands = commandsOf(page)

  expect(commands.length).toBeGreaterThanOrEqual(4)
  for (const command of commands) {
    const { code, stdout, stderr } = await project.run(...command)

    expect(code, stderr).toBe(2)
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('Drift: 1 changed. 1 in line, 0 unmanaged.')
    const written = command.flatMap((word) => /=(drift\.\w+)$/u.exec(word)?.[1] ?? [])
    for (const name of written) expect(await project.read(name)).toContain('inbound')
  }
})

test('the guide explains every class, in the order of reports', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| (?:yes|no) \|/gmu)].map(([, found]) => found)

  expect(rows).toEqual(driftClasses)
})
