import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { compareText } from '../../src/core/diagnostic.ts'
import { later } from './engine.ts'
import { runSandbox } from './run-sandbox.ts'
import { complete } from './value-rules.ts'
import { caseOf, engineOf, summaries } from './world.ts'

const sandbox = runSandbox()

describe('the policy of the operator', () => {
  test('says which hosts receive', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'hooks-policy-'))
    onTestFinished(() => rm(directory, { recursive: true, force: true }))
    await mkdir(join(directory, 'work'))
    await writeFile(join(directory, 'policy.yaml'), 'version: 1\nreceivers: [hooks.example.com]\n')
    const { tellcasey } = sandbox.vendors
    const engine = engineOf('tellcasey', tellcasey, {
      env: { HOOKS_SYNC_POLICY: join(directory, 'policy.yaml') },
      options: { cwd: join(directory, 'work') },
    })

    const { errors } = await engine.plan({
      good: { url: 'https://hooks.example.com/casey' },
      bad: { url: 'https://elsewhere.example.com/casey' },
    })

    expect(errors.map(({ summary, path }) => [summary, path])).toEqual([
      ['`url` leads to elsewhere.example.com, which the policy does not list under receivers.', ['url']],
    ])
  })
})

describe('an account', () => {
  test('that is not configured is an error where it is first needed', async () => {
    const engine = engineOf('sinch', sandbox.vendors.sinch, { provider: {} })

    const plan = await engine.plan({ hook: caseOf('sinch').webhook })

    expect(plan.errors).toEqual([
      {
        severity: 'error',
        summary: 'No Sinch account is configured.',
        detail:
          'Set `sinch` in the provider block, or SINCH_PROJECT_ID, SINCH_REGION, SINCH_KEY_ID, SINCH_KEY_SECRET in the environment.',
      },
    ])
  })

  test('takes from the environment what its block leaves out', async () => {
    const { sinch } = sandbox.vendors
    const { baseUrl, credentials } = sinch
    const engine = engineOf('sinch', sinch, {
      provider: { sinch: { base_url: baseUrl, auth_url: baseUrl, region: 'eu' } },
      env: {
        SINCH_PROJECT_ID: credentials['project_id'] ?? '',
        SINCH_KEY_ID: credentials['key_id'] ?? '',
        SINCH_KEY_SECRET: credentials['key_secret'] ?? '',
      },
    })

    await engine.settle({ hook: caseOf('sinch').webhook })
  })

  test('is refused at once where its block is incomplete or wrong', async () => {
    const engine = engineOf('sinch', sandbox.vendors.sinch)

    const diagnostics = await engine.configure({ sinch: { region: 'mars', key_id: 'k' } })

    expect(
      diagnostics.map(({ summary, path = [] }) => `${path.map(String).join('.')} ${summary}`).toSorted(compareText),
    ).toEqual([
      'sinch.key_secret key_secret is missing.',
      'sinch.project_id project_id is missing.',
      'sinch.region region must be one of us, eu, br.',
    ])
  })

  test('is checked as far as its block goes before the environment is known', async () => {
    const engine = engineOf('sinch', sandbox.vendors.sinch)

    const found = await engine.walk(async (provider) => {
      const { attributes } = provider.schema.provider
      return await provider.validateConfig(complete(attributes, { sinch: { region: 'mars', project_id: later } }))
    })
    const known = await engine.walk(async (provider) => {
      const { attributes } = provider.schema.provider
      return await provider.validateConfig(complete(attributes, { sinch: { region: 'mars' } }))
    })

    expect(found.diagnostics).toEqual([])
    expect(summaries(known.diagnostics)).toEqual(['region must be one of us, eu, br.'])
  })

  test('sends its credentials to no foreign host', async () => {
    const { sinch } = sandbox.vendors
    const { account } = caseOf('sinch')
    const engine = engineOf('sinch', sinch, {
      provider: { sinch: { ...account(sinch), base_url: 'https://evil.example' } },
    })

    const plan = await engine.plan({ hook: caseOf('sinch').webhook })

    expect(plan.errors[0]?.summary).toContain('https://evil.example')
    expect(plan.errors[0]?.detail).toContain('HOOKS_SYNC_ALLOWED_ORIGINS')
  })

  test('of another region takes nothing as deleted', async () => {
    const { sinch } = sandbox.vendors
    const engine = engineOf('sinch', sinch)
    await engine.settle({ hook: caseOf('sinch').webhook })
    sinch.fault({ kind: 'status', status: 404, match: { pathIncludes: '/apps' }, times: 2 })

    const plan = await engine.plan({ hook: caseOf('sinch').webhook })

    expect(plan.errors[0]?.summary).toContain('does not know app_id')
    expect(engine.kept.size).toBe(1)
  })
})

describe('a configuration', () => {
  const { other } = caseOf('sinch')

  test('says where it is wrong', async () => {
    const engine = engineOf('sinch', sandbox.vendors.sinch)

    const { errors } = await engine.plan({
      hook: {
        ...other,
        url: 'hooks.example.com',
        events: ['MESSAGE_INBOUNDN', 'UNSPECIFIED_TRIGGER'],
        timeouts: { create: 'soon' },
      },
    })

    expect(errors.map(({ path }) => path)).toEqual([
      ['events', { member: 'MESSAGE_INBOUNDN' }],
      ['events', { member: 'UNSPECIFIED_TRIGGER' }],
      ['url'],
      ['timeouts', 'create'],
    ])
    expect(errors[0]?.detail).toContain('Did you mean "MESSAGE_INBOUND"?')
    expect(errors[2]?.summary).toMatch(/^`url` must /u)
  })

  test('is told examples as a configuration writes them', async () => {
    const engine = engineOf('bird', sandbox.vendors.bird)

    const { errors } = await engine.plan({ hook: { ...caseOf('bird').other, url: 'http://localhost' } })

    expect(errors[0]?.detail).toContain('Example: `url = "https://hooks.example.com/bird"`')
  })

  test('whose write-only value has no version is warned about', async () => {
    const engine = engineOf('sinch', sandbox.vendors.sinch)

    const { warnings } = await engine.plan({ hook: { ...other, signing_secret_wo: 'canary' } })
    const versioned = await engine.plan({
      hook: { ...other, signing_secret_wo: 'canary', signing_secret_wo_version: 1 },
    })

    expect(warnings).toMatchObject([
      { summary: 'A new value of `signing_secret_wo` would not be noticed.', path: ['signing_secret_wo'] },
    ])
    expect(versioned.warnings).toEqual([])
  })

  test('gives a secret one way', async () => {
    const engine = engineOf('sinch', sandbox.vendors.sinch)

    const { errors } = await engine.plan({ hook: { ...other, signing_secret: 'canary', signing_secret_wo: 'canary' } })

    expect(summaries(errors)).toEqual(['`signing_secret` and `signing_secret_wo` are the same secret.'])
  })

  test('of an engine that keeps write-only values is told the other attribute', async () => {
    const older = { version: '1.10.5', takesWriteOnly: false }
    const engine = engineOf('sinch', sandbox.vendors.sinch, { engine: older })

    const { errors } = await engine.plan({ hook: { ...other, signing_secret_wo: 'canary' } })

    expect(summaries(errors)).toEqual(['`signing_secret_wo` takes Terraform or OpenTofu 1.11 or later.'])
    expect(errors[0]?.detail).toContain('`signing_secret`')
    await engine.settle({ hook: { ...other, signing_secret: 'secret-0123456789' } })
    await engine.settle({ hook: { ...other, signing_secret: 'another-0123456789' } })
  })
})
