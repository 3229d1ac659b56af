import { expect, test } from 'vitest'
import { apply, drift, hasChanges, load, makeOptions, plan, type RunEvent, toPlanDocument } from '../src/index.ts'
import { fillVault, makeProject } from './cli/make-project.ts'

test('a program loads, plans, applies and finds drift as the command line does', async () => {
  const project = await makeProject()
  await fillVault(project)
  const { directory: cwd, env } = project
  const events: RunEvent[] = []
  const options = makeOptions({ cwd, env, homeDir: env['HOME'] ?? '', emit: (event) => events.push(event) })

  const loaded = await load(options)
  const planned = await plan(options)
  const applied = await apply(options, async (fresh) => fresh)
  const found = await drift(options)

  expect(loaded.project.accounts.map(({ account }) => account.name)).toEqual(['casey', 'chat'])
  expect(toPlanDocument(planned).summary).toMatchObject({ create: 2 })
  expect(applied.summary).toMatchObject({ done: { create: 2 }, failed: 0, skipped: 0 })
  expect(events.filter(({ type }) => type === 'action_done')).toHaveLength(2)
  expect(found.findings).toEqual([])
  expect(hasChanges(found.plan)).toBe(false)
})

test('a program that decides against a plan writes nothing', async () => {
  const project = await makeProject()
  await fillVault(project)
  const { directory: cwd, env } = project

  const applied = await apply(makeOptions({ cwd, env, homeDir: env['HOME'] ?? '' }), async () => undefined)

  expect(applied.summary).toBeUndefined()
  expect(project.sandbox.vendors.sinch.webhooks.all()).toEqual([])
})
