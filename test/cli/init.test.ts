import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { renderStarter, variablesOf } from '../../src/cli/starter-file.ts'
import { definitions } from '../../src/providers/registry.ts'
import { makeProject, type Project } from './make-project.ts'

const types = definitions.map(({ type }) => type)

async function makeEmptyProject(env: Readonly<Record<string, string>> = {}): Promise<Project> {
  const project = await makeProject({ env })
  await rm(join(project.directory, 'webhooks.yaml'))
  return project
}

test('without a terminal it asks nothing, and what it writes is valid', async () => {
  const project = await makeEmptyProject()

  const made = await project.run('init')
  const validated = await project.run('validate')

  expect([made.code, validated.code]).toEqual([0, 0])
  expect(made.stdout).toContain('hooks-sync secrets init')
})

test.each(types.map((type) => [type]))(
  'the account it writes for %s is valid once the variables are set',
  async (type) => {
    const variables = definitions.filter((one) => one.type === type).flatMap(variablesOf)
    const project = await makeEmptyProject(Object.fromEntries(variables.map((name) => [name, 'a-value'])))

    const made = await project.run('init', '--provider', type)
    const validated = await project.run('validate', '--json')

    expect(made.code).toBe(0)
    for (const name of variables) expect(made.stdout).toContain(name)
    expect(JSON.parse(validated.stdout)).toMatchObject({
      valid: true,
      summary: { providers: 1, webhooks: 0 },
      diagnostics: [],
    })
  },
)

test.each(types.map((type) => [type]))('the example webhook of %s is valid once it is uncommented', async (type) => {
  const variables = definitions.filter((one) => one.type === type).flatMap(variablesOf)
  const project = await makeEmptyProject(Object.fromEntries(variables.map((name) => [name, 'a-value'])))
  await project.run('init', '--provider', type)
  const text = await project.read('webhooks.yaml')

  await project.write('webhooks.yaml', text.replaceAll(/^ {4}# (webhooks:| {2,}.*)$/gmu, '    $1'))
  const validated = await project.run('validate', '--json')

  expect(JSON.parse(validated.stdout)).toMatchObject({
    valid: true,
    summary: { providers: 1, webhooks: 1 },
    diagnostics: [],
  })
})

test('without a choice every vendor has an account that only needs its comment signs taken away', () => {
  const text = renderStarter({ chosen: [], all: definitions, ledger: 'ledger.json' })

  const uncommented = parse(text.replaceAll(/^# (?=providers:| {2})/gmu, ''))

  expect(Object.keys(uncommented.providers)).toEqual(types)
})

test('never overwrites', async () => {
  const project = await makeProject()
  const before = await project.read('webhooks.yaml')

  const { code, stderr } = await project.run('init')

  expect(code).toBe(1)
  expect(stderr).toContain('webhooks.yaml exists and is left as it is.')
  expect(await project.read('webhooks.yaml')).toBe(before)
})
