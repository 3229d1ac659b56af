import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeOptions, type SyncOptions } from '../../src/run/options.ts'
import { type Sandbox, startSandbox, type VendorSandbox } from '../../src/sandbox/index.ts'
import { apply, plan } from '../../src/sync.ts'
import { verbs } from './engine.ts'
import type { Written } from './value-rules.ts'
import { vendorCases } from './vendors.ts'
import { engineOf, seenId, writesOf } from './world.ts'

let sandbox: Sandbox
let directory: string

beforeAll(async () => {
  sandbox = await startSandbox()
  sandbox.vendors.sinch.setSwitch('token_rate_per_second', 0)
})

afterAll(async () => {
  await sandbox.close()
})

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hooks-handover-'))
})

afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

/** The secret that both sides know; only vendors that show it can be compared without a write. */
const secret = 'shared-secret-0123456789'
const shown = new Set(['sinch', 'sendblue'])

describe.each(vendorCases)('a webhook of $type', ({ type, account, webhook }) => {
  const declared = Object.fromEntries(
    Object.entries(webhook).filter(([name]) => !name.includes('_wo') && name !== 'client_credentials'),
  )
  const inTerraform: Written = shown.has(type)
    ? { ...declared, signing_secret_wo: secret, signing_secret_wo_version: 1 }
    : declared
  const inFile: Written = shown.has(type) ? { ...declared, signing_secret: 'ref+env://SIGNING' } : declared
  let standIn: VendorSandbox

  beforeEach(() => {
    standIn = sandbox.vendors[type] ?? sandbox.vendors.sinch
    standIn.webhooks.clear()
    standIn.clearLog()
  })

  const options = async (): Promise<SyncOptions> => {
    const { base_url, auth_url, region, project_id, workspace_id, ...credentials } = account(standIn)
    const { rate_limit, ...auth } = credentials
    const settings = Object.entries({ base_url, auth_url, region, project_id, workspace_id, rate_limit })
    const provider = {
      type,
      ...Object.fromEntries(settings.filter(([, value]) => value !== undefined)),
      auth: Object.fromEntries(Object.keys(auth).map((name) => [name, `ref+env://${name.toUpperCase()}`])),
      webhooks: { hook: inFile },
    }
    // JSON is YAML.
    await writeFile(join(directory, 'webhooks.yaml'), JSON.stringify({ version: 1, providers: { main: provider } }))
    const env = Object.fromEntries(Object.entries(auth).map(([name, value]) => [name.toUpperCase(), String(value)]))
    return makeOptions({ cwd: directory, homeDir: directory, env: { ...env, SIGNING: secret } })
  }

  test('that the command line made is taken over by an import without a write', async () => {
    const made = await apply(await options(), async (planned) => planned)
    expect(made.summary).toMatchObject({ failed: 0, skipped: 0 })
    await rm(join(directory, '.hooks-sync'), { recursive: true })
    const engine = engineOf(type, standIn)
    const id = await seenId(type, standIn)
    standIn.clearLog()

    expect(await engine.import('hook', id)).toEqual([])
    const planned = await engine.settle({ hook: inTerraform })

    expect(verbs(planned)).toEqual({ hook: shown.has(type) ? 'update' : 'no-op' })
    expect(writesOf(standIn)).toEqual([])
  })

  test('that Terraform made is adopted by the command line without a write', async () => {
    await engineOf(type, standIn).settle({ hook: inTerraform })
    standIn.clearLog()

    const planned = await plan(await options())
    const adopted = await apply(await options(), async (decided) => decided)

    expect(planned.accounts.flatMap(({ actions }) => actions.map(({ kind }) => kind))).toEqual(['adopt'])
    expect(adopted.summary).toMatchObject({ failed: 0, skipped: 0, writes: 0 })
    expect(writesOf(standIn)).toEqual([])
  })
})
