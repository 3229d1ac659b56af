import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { bundleProvider, splitProvider } from '../../scripts/bundle-provider.mjs'

/** An engine that is installed. */
export interface Engine {
  readonly name: 'terraform' | 'tofu'
  readonly version: string
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly engines: readonly Engine[]
    /** Directory with the built provider, as an engine looks for it. */
    readonly realProvider: string
    /** The same with the provider of the tests of the wire. */
    readonly fakeProvider: string
    /** The files that they start. */
    readonly realBundle: string
    readonly fakeBundle: string
  }
}

/** Builds once what the tests run, and tells which engines run it. */
export default async function setUp(project: TestProject): Promise<() => void> {
  const engines = (['terraform', 'tofu'] as const).flatMap(findEngine)
  tellEngines(engines)
  const directory = mkdtempSync(join(tmpdir(), 'hooks-terraform-'))
  const [real, fake] = [join(directory, 'parts/main.cjs'), join(directory, 'fake.cjs')]
  const root = join(import.meta.dirname, '../..')
  await splitProvider({ entries: [join(root, 'src/terraform/main.ts')], outdir: join(directory, 'parts') })
  await bundleProvider({ entry: join(root, 'test/terraform/wire/fake-main.ts'), outfile: fake })
  project.provide('engines', engines)
  project.provide('realBundle', real)
  project.provide('fakeBundle', fake)
  project.provide('realProvider', launcher(join(directory, 'real'), real))
  project.provide('fakeProvider', launcher(join(directory, 'fake'), fake))
  return () => rmSync(directory, { recursive: true, force: true })
}

function findEngine(name: Engine['name']): readonly Engine[] {
  const { status, stdout } = spawnSync(name, ['version', '-json'], { encoding: 'utf8', env: engineEnv() })
  if (status !== 0) return []
  const { terraform_version: version } = JSON.parse(stdout) as { readonly terraform_version: string }
  return [{ name, version }]
}

/** The environment of the tests, without what would lead an engine elsewhere. */
function engineEnv(): NodeJS.ProcessEnv {
  const { TF_CLI_CONFIG_FILE: _config, TF_LOG: _log, ...env } = process.env
  return { ...env, CHECKPOINT_DISABLE: '1' }
}

function tellEngines(engines: readonly Engine[]): void {
  const shown = engines.map(({ name, version }) => `${name} ${version}`).join(', ')
  console.log(engines.length === 0 ? 'No engine is installed.' : `Engines: ${shown}`)
  if (engines.length === 0 && process.env['CI'] === 'true') {
    throw new Error('Neither terraform nor tofu is on the PATH, so nothing would be shown.')
  }
}

/** Makes what an engine starts: a script beside which nothing else stands. */
function launcher(directory: string, bundle: string): string {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, 'terraform-provider-hooks')
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${bundle}'\n`)
  chmodSync(path, 0o755)
  return directory
}
