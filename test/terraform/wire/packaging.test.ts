import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { version } from '../../../src/run/version.ts'
import { registryTarget } from '../../../src/terraform/install-provider.ts'
import { readZip } from '../read-zip.ts'
import { describeEngines, Workspace } from '../workspace.ts'
import { PluginClient } from './plugin-client.ts'

const root = join(import.meta.dirname, '../../..')
const target = registryTarget(process.platform, process.arch) ?? ''
const executable = `terraform-provider-hooks_v${version}`
const archive = `terraform-provider-hooks_${version}_${target}.zip`
const out = mkdtempSync(join(tmpdir(), 'hooks-packaging-'))

beforeAll(() => {
  execFileSync(process.execPath, [join(root, 'scripts/build-provider.mjs'), '--out', out], { stdio: 'pipe' })
})

afterAll(() => rmSync(out, { recursive: true, force: true }))

test('a build has the files that a registry asks for, and sums that are true', () => {
  const sums = readFileSync(join(out, `terraform-provider-hooks_${version}_SHA256SUMS`), 'utf8')
    .trim()
    .split('\n')

  expect(readdirSync(out).toSorted()).toEqual(
    [
      archive,
      `terraform-provider-hooks_${version}_SHA256SUMS`,
      `terraform-provider-hooks_${version}_manifest.json`,
      executable,
      'terraform-registry-manifest.json',
    ].toSorted(),
  )
  expect(sums).toHaveLength(2)
  for (const line of sums) {
    const [sum, name = ''] = line.split('  ')

    expect(
      createHash('sha256')
        .update(readFileSync(join(out, name)))
        .digest('hex'),
    ).toBe(sum)
  }
  expect(JSON.parse(readFileSync(join(out, 'terraform-registry-manifest.json'), 'utf8'))).toEqual({
    version: 1,
    metadata: { protocol_versions: ['6.0'] },
  })
})

test('the archive holds the executable and all licenses', () => {
  const files = readZip(readFileSync(join(out, archive)))

  expect(Object.keys(files)).toEqual([executable, 'LICENSE', 'THIRD-PARTY.txt'])
  expect(files[executable]?.equals(readFileSync(join(out, executable)))).toBe(true)
  expect(String(files['THIRD-PARTY.txt'])).toContain('@grpc/grpc-js')
})

test('the executable serves without a Node and without a package beside it', async () => {
  const client = await PluginClient.start([join(out, executable)], { PATH: '/nowhere' })

  const { resourceSchemas, diagnostics } = await client.call('GetProviderSchema', {})

  expect(diagnostics).toEqual([])
  expect(Object.keys(resourceSchemas)).toContain('hooks_tellcasey_webhook')
  expect(await client.shutdown()).toBe(0)
})

describeEngines('an installed provider', (engine) => {
  test.each(['an archive', 'a directory'])(
    'is found by init as %s, with no configuration and no network',
    async (form) => {
      const workspace = new Workspace(engine, inject('realProvider'), { TF_CLI_CONFIG_FILE: '', ...noNetwork })
      rmSync(workspace.path('.cli.tfrc'))
      const registry = engine.name === 'tofu' ? 'registry.opentofu.org' : 'registry.terraform.io'
      const provider = workspace.path(`.terraform.d/plugins/${registry}/hooks-sync/hooks`)
      const directory = form === 'an archive' ? provider : join(provider, version, target)
      const name = form === 'an archive' ? archive : executable
      mkdirSync(directory, { recursive: true })
      copyFileSync(join(out, name), join(directory, name))

      await workspace.succeed('init', '-no-color', '-input=false')

      expect(await workspace.succeed('providers', 'schema', '-json')).toContain('hooks-sync/hooks')
      expect(existsSync(workspace.path('.terraform.lock.hcl'))).toBe(true)
    },
  )

  test('that runs already is used by an engine that is told of it, and left running', async () => {
    const args = ['--import', 'tsx', 'src/cli/main.ts', 'terraform', 'serve']
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
    const [text] = (await once(child.stdout, 'data')) as [Buffer]
    const [, json = ''] = /TF_REATTACH_PROVIDERS='(.*)'/u.exec(String(text)) ?? []
    const workspace = new Workspace(engine, '/nowhere', { TF_REATTACH_PROVIDERS: json })
    workspace.write('main.tf', 'provider "hooks" {}\n')

    await workspace.succeed('plan', '-no-color', '-input=false')
    await workspace.succeed('plan', '-no-color', '-input=false')

    expect(child.exitCode).toBeNull()
    child.kill('SIGTERM')
    await once(child, 'exit')
  })
})

/** A proxy that nobody listens on. */
const noNetwork = { HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9' }
