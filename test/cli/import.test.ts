import { describe, expect, test } from 'vitest'
import { DiagnosticError } from '../../src/core/diagnostic.ts'
import type { Plan } from '../../src/core/plan.ts'
import type { Sandbox } from '../../src/sandbox/index.ts'
import { type ImportWorld, openImportWorld } from './import-world.ts'
import { makeProject, tellcaseyAccount } from './make-project.ts'

const files = ['webhooks.yaml', 'imported.yaml']
const out = 'imported.yaml'
const casey = 'first: { url: "https://hooks.example.com/casey" }'
const capture = 'ref+age://secrets.age#/imported'

describe('captured secrets', () => {
  test.each([
    ['tellcasey', casey],
    ['smallest', 'first: { url: "https://hooks.example.com/casey", subscriptions: [] }'],
  ])('of %s are stored, and a plan finds them to be the same', async (type, seed) => {
    const world = await seededWorld(type, seed)
    await world.setSecret(`other/${type}`, 'x')

    const imported = await world.import({ out, adopt: true, capture })

    const made = await world.secret(`imported/${type}/hooks-example-com-casey`)
    expect(made?.length).toBeGreaterThan(10)
    expect(imported.text).toContain(
      `signing_secret: { capture: "ref+age://secrets.age#/imported/${type}/hooks-example-com-casey" }`,
    )
    expect(imported.text).not.toContain(made)
    expect(changesOf(await world.plan(files))).toEqual(['keep'])
    expect(world.writes()).toEqual([])
  })

  test('are not written to the vendor or the store by a plan that knows no fingerprint', async () => {
    const world = await seededWorld('tellcasey', casey)

    await world.import({ out, capture })

    expect(changesOf(await world.plan(files))).toEqual(['adopt', 'signing_secret unknown'])
  })

  test('never take the place of another secret', async () => {
    const world = await seededWorld('tellcasey', casey)
    await world.setSecret('imported/tellcasey/hooks-example-com-casey', 'kept')

    await expect(world.import({ out, capture })).rejects.toThrow(/holds another secret/u)

    expect(await world.secret('imported/tellcasey/hooks-example-com-casey')).toBe('kept')
    await expect(world.read(out)).rejects.toThrow(/ENOENT/u)
  })

  test('are asked for below a reference alone', async () => {
    const world = await seededWorld('tellcasey', casey)

    await expect(world.import({ capture: 'secrets.age' })).rejects.toThrow(/--capture/u)
  })
})

describe('what cannot be declared', () => {
  test('keeps a credential in a URL out of the file, and is adopted once its reference is filled in', async () => {
    const url = 'url: "https://hooks.example.com/s?team=1", url_params: { token: "ref+age://secrets.age#/seed/token" }'
    const app = 'app_id: 01SANDBOXAPP00000000000001, events: [OPT_IN]'
    const world = await openImportWorld({ vendors: ['sinch'] })
    await world.setSecret('seed/token', 'in-the-url-0123456789')
    await world.seed({ sinch: `first: { ${app}, ${url} }\nsecond: { ${app}, url: "https://hooks.example.com/t" }` })
    await world.declare({ sinch: '' })

    const { text, withheld } = await world.import()
    await world.write(out, filledIn(text, 'ref+age://secrets.age#/seed/token'))

    expect(withheld).toBe(1)
    expect(text).not.toContain('in-the-url')
    expect(changesOf(await world.plan(files))).toEqual(['adopt', 'adopt'])
  })

  test('is a comment where the vendor has switched it off', async () => {
    const world = await seededWorld('tellcasey', casey)
    disableAll(world)

    const { text, webhooks } = await world.import()

    expect(webhooks).toBe(0)
    expect(text).toContain('Declared, a plan would replace it, because of enabled.')
  })

  test('holds the whole account back where a plan would delete it', async () => {
    const world = await seededWorld('tellcasey', casey)
    disableAll(world)
    makeEndpoint(world.sandbox)
    const accounts = await world.read('webhooks.yaml')
    await world.write('webhooks.yaml', accounts.replace('type: tellcasey', 'type: tellcasey\n    prune: all'))

    const { text, webhooks } = await world.import()

    expect(webhooks).toBe(0)
    expect(text).toContain('Declaring webhooks of this account, a plan would delete')
  })

  test('is a comment where it repeats a secret this run has seen', async () => {
    const world = await seededWorld('tellcasey', casey)

    const { text, withheld } = await world.import({ scrub: (one) => one.replaceAll('example', '[secret]') })

    expect(withheld).toBe(1)
    expect(text).not.toContain('example')
  })
})

describe('the file of an import', () => {
  test('is never overwritten', async () => {
    const world = await seededWorld('tellcasey', casey)
    await world.write(out, 'mine')

    await expect(world.import({ out })).rejects.toThrow(DiagnosticError)

    expect(await world.read(out)).toBe('mine')
  })

  test('is not written where an account cannot be read', async () => {
    const world = await seededWorld('tellcasey', casey)
    await world.declare({ tellcasey: '', bird: '' })
    await world.setSecret('bird/access_key', 'wrong')

    const imported = await world.import({ out, adopt: true })

    expect(imported.isWritten).toBe(false)
    expect(imported.webhooks).toBe(1)
    expect(imported.diagnostics.map(({ provider, severity }) => `${provider} ${severity}`)).toContain('bird error')
    await expect(world.read(out)).rejects.toThrow(/ENOENT/u)
  })

  test('says how to load events that look misspelled', async () => {
    const world = await openImportWorld({ vendors: ['bird'] })
    const odd = 'first: { service: channels, events: [whatsapp.inboundd], url: "https://hooks.example.com/bird" }'
    await world.seed({ bird: odd.replace('inboundd', 'inbound') })
    const { bird } = world.sandbox.vendors
    for (const { id } of bird.webhooks.all()) bird.webhooks.edit(id, { event: 'whatsapp.inboundd' })
    await world.declare({ bird: '' })

    const { text } = await world.import({ out })

    expect(text).toContain('load it with --allow-unknown-events')
    expect(changesOf(await world.plan(files, { allowUnknownEvents: true }))).toEqual(['adopt'])
  })

  test('holds the accounts that were asked for', async () => {
    const world = await seededWorld('tellcasey', casey)
    await world.declare({ tellcasey: '', bird: '' })
    await world.setSecret('bird/access_key', 'wrong')

    const imported = await world.import({ accounts: ['tellcasey'] })

    expect([imported.webhooks, imported.diagnostics]).toEqual([1, []])
    await expect(world.import({ accounts: ['tellcasy'] })).rejects.toThrow(/names no account/u)
  })

  test('is the same once more after it was lost', async () => {
    const world = await seededWorld('tellcasey', casey)
    const { text } = await world.import({ out, adopt: true })

    const { rm } = await import('node:fs/promises')
    await rm(`${world.directory}/${out}`)

    expect((await world.import({ out, adopt: true })).text).toBe(text)
    expect(changesOf(await world.plan(files))).toEqual(['keep'])
  })
})

describe('hooks-sync import', () => {
  test('prints YAML, and nothing else on stdout', async () => {
    const project = await makeProject({ config: caseyAlone })
    makeEndpoint(project.sandbox)

    const { code, stdout, stderr } = await project.run('import')

    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toContain('      hooks-example-com-made-by-hand:\n')
  })

  test('writes a file and adopts, so that a plan keeps everything', async () => {
    const project = await makeProject({ config: caseyAlone })
    makeEndpoint(project.sandbox)

    const imported = await project.run('import', '--out', out, '--adopt')
    const plan = await project.run('plan', '-f', 'webhooks.yaml', '-f', out)

    expect(imported).toMatchObject({ code: 0, stdout: 'Wrote imported.yaml: 1 webhook declared, 0 as comments.\n' })
    expect(plan.stdout).toContain('No changes. 1 webhook')
  })

  test.each([
    [['--offline'], 'HS6003'],
    [['--adopt'], 'HS6001'],
    [['--adopt', '--out', out, '--no-ledger'], 'HS6004'],
    [['--provider', 'nobody'], 'HS1017'],
  ])('refuses %j', async (flags, error) => {
    const project = await makeProject({ config: caseyAlone })

    const { code, stdout, stderr } = await project.run('import', ...flags)

    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain(error)
  })
})

async function seededWorld(type: string, seed: string): Promise<ImportWorld> {
  const world = await openImportWorld()
  await world.seed({ [type]: seed })
  await world.declare({ [type]: '' })
  return world
}

function changesOf(plan: Plan): readonly string[] {
  expect(plan.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  return plan.accounts.flatMap(({ actions }) =>
    actions.flatMap(({ kind, changes }) => [
      kind,
      ...changes.map((change) => `${change.path} ${'secret' in change ? change.secret : 'differs'}`),
    ]),
  )
}

/** Does what the comment of a withheld webhook asks for. */
function filledIn(text: string, reference: string): string {
  return text
    .split('\n')
    .filter((line) => !line.includes('Not imported'))
    .map((line) => line.replace(/^ {6}# /u, '      ').replace('ref+…', `"${reference}"`))
    .join('\n')
}

function disableAll({ sandbox }: ImportWorld): void {
  const { tellcasey } = sandbox.vendors
  for (const { id } of tellcasey.webhooks.all()) tellcasey.webhooks.edit(id, { enabled: false })
}

/** Makes an endpoint as a person would in the dashboard. */
function makeEndpoint({ vendors: { tellcasey } }: Sandbox): void {
  tellcasey.webhooks.put({
    id: 'made-by-hand',
    url: 'https://hooks.example.com/made/by/hand',
    description: '',
    event_types: ['conversation.completed'],
    enabled: true,
    created_at: '2026-01-01T00:00:00.000Z',
    secret: 'whsec_made-by-hand-0123456789',
  })
}

/** Declares the tellcasey account, and none of its webhooks. */
function caseyAlone(sandbox: Sandbox): string {
  return `version: 1\nproviders:\n${tellcaseyAccount(sandbox)}\n`
}
