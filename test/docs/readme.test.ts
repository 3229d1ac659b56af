import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { flagTable } from '../../src/cli/flag-table.ts'
import { definitions } from '../../src/providers/registry.ts'
import { load } from '../../src/run/load.ts'
import { commandFaults } from './command-faults.ts'

const root = join(import.meta.dirname, '..', '..')
const pages = ['README.md', 'CONTRIBUTING.md', 'docs/decisions/README.md'] as const
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>
}

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8')

  test('names only flags that exist', () => {
    const flags = [...text.matchAll(/(?<![\w-])--([a-z][a-z-]+)/gu)].map(([, name = '']) => name)
    const known = new Set([...Object.keys(flagTable), 'help', 'save-dev'])

    expect(flags.filter((name) => !known.has(name))).toEqual([])
  })

  test('names only commands that exist, with flags they take', () => {
    expect(commandFaults(text)).toEqual([])
  })

  test('names only npm scripts that exist', () => {
    const scripts = [...text.matchAll(/(?:`|^|&& )npm (?:run )?(?!ci\b|install\b|run\b|packages\b)([a-z:]+)/gmu)].map(
      ([, name = '']) => name,
    )

    expect(scripts.filter((name) => manifest.scripts[name] === undefined)).toEqual([])
  })

  test('links only to files that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/gu)].map(([, path = '']) => path)

    expect(links.filter((path) => !existsSync(join(root, dirname(page), path)))).toEqual([])
  })
})

describe('README.md', () => {
  const text = readFileSync(join(root, 'README.md'), 'utf8')
  let directory: string

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'readme-'))
  })

  afterEach(() => {
    rmSync(directory, { recursive: true })
  })

  test('shows files that load without a finding', async () => {
    const examples = [...text.matchAll(/```yaml\n(.*?)```/gsu)].map(([, yaml = '']) => yaml)

    expect(examples.length).toBeGreaterThan(0)
    for (const yaml of examples) expect(await findingsOf(directory, yaml)).toEqual([])
  })

  test('lists every vendor with a page of its own', () => {
    for (const { type } of definitions) expect(text).toContain(`[\`${type}\`](docs/providers/${type}.md)`)
  })
})

test('the webhooks.yaml of the demo loads without a finding', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'demo-'))
  try {
    expect(await findingsOf(directory, readFileSync(join(root, 'webhooks.yaml'), 'utf8'))).toEqual([])
  } finally {
    rmSync(directory, { recursive: true })
  }
})

async function findingsOf(directory: string, yaml: string): Promise<readonly string[]> {
  writeFileSync(join(directory, 'webhooks.yaml'), yaml)
  const { diagnostics } = await load({
    files: [],
    cwd: directory,
    homeDir: directory,
    env: {},
    vars: {},
    allowUnknownEvents: false,
    ledger: undefined,
  })
  return diagnostics.map(({ message }) => message)
}
