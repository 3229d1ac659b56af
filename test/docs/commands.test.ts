import { readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { applyAll, bothVendors, fillVault } from '../cli/make-project.ts'
import { type GuideBlock, guideBlocks, withoutChance } from './guide-blocks.ts'
import { type GuideWorld, makeGuideWorld } from './guide-world.ts'

const root = join(import.meta.dirname, '..', '..')

/** Every page that people paste from; pages of the Terraform registry are made and tried elsewhere. */
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    // Tried closer in drift.test.ts.
    .filter((name) => name !== 'drift.md')
    .map((name) => `docs/${name}`),
  ...readdirSync(join(root, 'docs/stores')).map((name) => `docs/stores/${name}`),
]

/** Blocks that are not run here, by how they start, and why. */
const exceptions: readonly (readonly [start: string, reason: string])[] = [
  ['npm ci && npm', 'the demo and the suite itself'],
  ['npm install', 'asks the registry'],
  ['age-keygen', 'needs the program sops'],
  ['age -d', 'tried with the program age in test/secrets'],
  ["echo '{", 'tried with the program age in test/secrets'],
  ['op ', 'needs an account'],
  ['export OP_', 'needs an account'],
  ['export VAULT', 'needs a server'],
  ['vault ', 'needs a server'],
  ['az role', 'needs an account'],
  ['gcloud', 'needs an account'],
  ['hooks-sync ledger copy', 'needs a bucket; tried in test/shared-ledger'],
  ['hooks-sync plan --policy /etc/', 'needs a file outside of the project'],
  ['hooks-sync apply .hooks-sync/undo/', 'names a file of another run; tried in test/cli/undo.test.ts'],
  ['hooks-sync drift --watch', 'runs until it is stopped; tried in test/cli/watch.test.ts'],
  ['hooks-sync verify', 'needs receivers; tried in test/verify'],
  ['hooks-sync apply --verify', 'needs receivers; tried in test/verify'],
]

function exceptionOf({ commands }: GuideBlock): string | undefined {
  return exceptions.find(([start]) => commands.startsWith(start))?.[1]
}

/** What has happened before somebody reads a page; the vault is filled and everything applied where nothing is said. */
const setUps: Readonly<Record<string, (world: GuideWorld) => Promise<void>>> = {
  'README.md': async (world) => {
    await rm(join(world.project.directory, 'webhooks.yaml'))
    await world.run('npx hooks-sync init --provider sinch')
    await world.project.write('webhooks.yaml', quickStart(world))
  },
  'docs/audit.md': async (world) => {
    await fillVault(world.project)
    await world.run('hooks-sync plan --out plan.json')
  },
  'docs/drift-in-ci.md': drifted,
  'docs/import.md': async ({ project }) => {
    await applied({ project })
    await rm(join(project.directory, '.hooks-sync'), { recursive: true })
    const [accounts] = bothVendors(project.sandbox).split('  casey:')
    await project.write('webhooks.yaml', (accounts ?? '').replace(/ {4}webhooks:.*/su, ''))
  },
  'docs/many-accounts.md': async (world) => {
    await applied(world)
    for (const shard of [1, 3, 4])
      await world.run(`hooks-sync drift --shard ${shard}/4 --report json=shard-${shard}.json`)
  },
  'docs/pull-request-comments.md': async ({ project }) => {
    await applied({ project })
    const text = await project.read('webhooks.yaml')
    const edited = text.replace('MESSAGE_INBOUND, ', '').replace('conversation.completed', 'conversation.abandoned')
    await project.write('webhooks.yaml', edited)
  },
  'docs/stores/age.md': async ({ project }) => {
    await project.write(
      'webhooks.yaml',
      bothVendors(project.sandbox).replace('age://secrets.age#/hooks-sync/', 'age://secrets.age#/'),
    )
  },
}

async function applied({ project }: Pick<GuideWorld, 'project'>): Promise<void> {
  await fillVault(project)
  await applyAll(project)
}

async function drifted(world: Pick<GuideWorld, 'project'>): Promise<void> {
  await applied(world)
  drift(world)
}

/** Somebody edits a webhook in the vendor's dashboard. */
function drift({ project }: Pick<GuideWorld, 'project'>): void {
  const { webhooks } = project.sandbox.vendors.sinch
  webhooks.edit(webhooks.all()[0]?.id ?? '', { triggers: ['MESSAGE_INBOUND'] })
}

/** The first file of the README, pointed to the stand-in. */
function quickStart({ project }: GuideWorld): string {
  const [, yaml = ''] = /```yaml\n(.*?)```/su.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? []
  const { baseUrl, credentials, settings } = project.sandbox.vendors.sinch
  return yaml
    .replace(
      /project_id: .*/u,
      `project_id: ${credentials['project_id']}\n    base_url: ${baseUrl}\n    auth_url: ${baseUrl}`,
    )
    .replace(/app_id: .*/u, `app_id: ${Object.keys(settings.apps)[0]}`)
}

const blocks = pages.flatMap((page) => guideBlocks(page))
const runnable = blocks.filter((block) => exceptionOf(block) === undefined)

test.each([...new Set(runnable.map(({ page }) => page))])('the commands of %s do what it says', async (page) => {
  const world = await makeGuideWorld()
  await (setUps[page] ?? applied)(world)

  // What the block before has written would be in the way of one that does the same in another way.
  const isEither = page === 'docs/import.md'
  for (const { commands, output } of runnable.filter((block) => block.page === page)) {
    if (isEither) await rm(join(world.project.directory, 'imported.yaml'), { force: true })
    const { stdout, stderr, codes } = await world.run(commands)

    const calls = commands.match(/(?:^|\| |npx )hooks-sync /gmu) ?? []
    expect(codes, `${commands}\n${stdout}${stderr}`).toHaveLength(calls.length)
    // Changes and drift are what some of these pages are about.
    expect(
      codes.filter((code) => code !== 0 && code !== 2),
      `${commands}\n${stdout}${stderr}`,
    ).toEqual([])
    if (output !== undefined) expect(withoutChance(stdout), commands).toBe(withoutChance(output))
  }
})

test('each exception is needed', () => {
  const unused = exceptions.filter(([start]) => blocks.every(({ commands }) => !commands.startsWith(start)))

  expect(unused).toEqual([])
})

test('the job for cron says nothing until there is drift', async () => {
  const world = await makeGuideWorld()
  await applied(world)
  const job = `sh ${join(root, 'examples/cron/drift.sh')} .`

  const quiet = await world.run(job)
  drift(world)
  const found = await world.run(job)

  expect([quiet, found].map(({ codes }) => codes)).toEqual([[0], [2]])
  expect(quiet.stdout + quiet.stderr).toBe('')
  expect(found.stdout).toContain('1 new, 0 known, 0 resolved')
})
