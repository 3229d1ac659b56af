import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { version } from '../../src/run/version.ts'
import { registryTarget } from '../../src/terraform/install-provider.ts'
import { runProgram, startProgram } from './run-program.ts'

const target = registryTarget(process.platform, process.arch) ?? ''

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'hooks-cli-terraform-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

test('terraform install puts the provider where both engines look, and says what it is', async () => {
  const home = makeDirectory()

  const { code, stdout, stderr } = await runProgram(['terraform', 'install'], { cwd: home, env: { HOME: home } })

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/: (?:the executable that|a script that)/u)
  for (const registry of ['registry.terraform.io', 'registry.opentofu.org']) {
    const name = `terraform-provider-hooks_v${version}`
    const path = join(home, '.terraform.d/plugins', registry, 'hooks-sync/hooks', version, target, name)

    expect(stdout).toContain(path)
    expect(statSync(path).mode & 0o777).toBe(0o755)
    expect(spawnSync(path, { encoding: 'utf8' }).stderr).toContain('This is a provider for Terraform and OpenTofu')
  }
})

test('terraform install into a mirror of its own, twice, is told as JSON', async () => {
  const mirror = join(makeDirectory(), "a mirror's place")

  await runProgram(['terraform', 'install', '--dir', mirror], { cwd: tmpdir() })
  const { code, stdout } = await runProgram(['terraform', 'install', '--dir', mirror, '--json'], { cwd: tmpdir() })
  const told: unknown = JSON.parse(stdout)

  expect(code).toBe(0)
  expect(told).toMatchObject({ command: 'terraform install', version, target, mirror, kind: expect.any(String) })
})

test('a mirror that cannot be written is told with what to do', async () => {
  const file = join(makeDirectory(), 'file')
  writeFileSync(file, '')

  const { code, stderr } = await runProgram(['terraform', 'install', '--dir', file], { cwd: tmpdir() })

  expect(code).toBe(1)
  expect(stderr).toContain(`The provider cannot be written to ${file} (ENOTDIR).`)
  expect(stderr).toContain('Name another directory with --dir.')
})

test('terraform serve says how engines attach to it, and takes its socket away with it', async () => {
  const { child, ended } = startProgram(['terraform', 'serve'], { cwd: tmpdir() })
  const [text] = (await once(child.stdout, 'data')) as [Buffer]
  const [, json = ''] = /^export TF_REATTACH_PROVIDERS='(.*)'$/mu.exec(String(text)) ?? []
  const { Addr: address, Pid: pid } = (JSON.parse(json) as Attachments)['registry.terraform.io/hooks-sync/hooks']

  expect(pid).toBe(child.pid)
  expect(existsSync(address.String)).toBe(true)
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 0, stderr: '' })
  expect(existsSync(address.String)).toBe(false)
})

interface Attachments {
  readonly 'registry.terraform.io/hooks-sync/hooks': {
    readonly Pid: number
    readonly Addr: { readonly String: string }
  }
}

test('started by an engine, terraform serve is the provider itself', async () => {
  const env = { TF_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2' }
  const { child, ended } = startProgram(['terraform', 'serve'], { cwd: tmpdir(), env })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]

  expect(String(line)).toMatch(/^1\|6\|unix\|[^|]+\|grpc\|\n$/u)
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 143, stderr: '' })
})

test('the package starts the provider by the file that the script names', () => {
  const main = join(import.meta.dirname, '../../dist/terraform/main.cjs')

  expect(readFileSync(main, 'utf8').length).toBeLessThan(100_000)
  expect(readFileSync(join(main, '../THIRD-PARTY.txt'), 'utf8')).toContain('@grpc/grpc-js')
})
