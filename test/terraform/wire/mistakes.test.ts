import { expect, inject, test } from 'vitest'
import type { Engine } from '../set-up.ts'
import { describeEngines, type EngineRun, Workspace } from '../workspace.ts'

/** What an engine, or our own half of the wire, says of a mistake that an apply makes. */
const told: Readonly<Record<string, RegExp>> = {
  'leave a value unknown': /Provider returned invalid result object after apply/u,
  'differ from the plan': /Provider produced inconsistent result after apply/u,
  'answer an empty list for none': /Provider produced inconsistent result after apply/u,
  'invent an attribute': /The schema has no attribute invented\./u,
  'answer a list for a text': /token is no string, as the schema has it\./u,
  'end the process': /Plugin did not respond/u,
  'throw in apply': /The provider made a mistake\.[^]*no luck with/u,
}

async function applyWith(engine: Engine, mistake: string): Promise<EngineRun> {
  const workspace = new Workspace(engine, inject('fakeProvider'))
  workspace.write('provider.tf', `provider "hooks" {\n  directory = "${workspace.path('remote')}"\n}\n`)
  workspace.write(
    'main.tf',
    `resource "hooks_thing" "a" {\n  name = "a"\n  token = "a-token-of-length"\n  mistake = "${mistake}"\n}\n`,
  )
  return workspace.apply()
}

describeEngines('a mistake of an apply', (engine) => {
  test.each(Object.entries(told))('to %s is told, and the run goes on to its end', async (mistake, words) => {
    const { code, stderr } = await applyWith(engine, mistake)

    expect(code).toBe(1)
    expect(stderr.replaceAll(/\s*\n[│\s]*/gu, ' ')).toMatch(words)
    expect(stderr).not.toContain('a-token-of-length')
  })

  test('to leave out what is null is mended: every attribute is written', async () => {
    expect(await applyWith(engine, 'leave out what is null')).toMatchObject({ code: 0, stderr: '' })
  })
})
