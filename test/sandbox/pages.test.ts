import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Sandbox, standInNames, startSandbox } from '../../src/sandbox/index.ts'
import { type Body, makeSend } from './client.ts'

type Spec = NonNullable<Body['switches']>[string]

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox()
})

afterAll(() => sandbox.close())

function readPage(name: string): Promise<string> {
  return readFile(new URL(`../../docs/sandbox/${name}.md`, import.meta.url), 'utf8')
}

async function fetchSpecs(vendor: string): Promise<readonly (readonly [string, Spec])[]> {
  const { switches } = (await makeSend(sandbox.url)('GET', `/_sandbox/${vendor}`)).json()
  return Object.entries(switches ?? {})
}

describe.each(standInNames)('the page of %s', (vendor) => {
  test('has each switch with its default and values', async () => {
    const pages = `${await readPage(vendor)}\n${await readPage('README')}`

    for (const [name, spec] of await fetchSpecs(vendor)) {
      const values = spec.values?.map((value) => `\`${String(value)}\``).join(', ') ?? typeof spec.default
      expect(pages).toContain(`| \`${name}\` | \`${String(spec.default)}\` | ${values} |`)
    }
  })

  test('has no switch that the stand-in lacks', async () => {
    const rows = (await readPage(vendor)).matchAll(/^\| `(\w+)` \| `[^|]*` \|/gm)

    const known = (await fetchSpecs(vendor)).map(([name]) => name)
    expect([...rows].map(([, name]) => name).filter((name) => !known.includes(String(name)))).toEqual([])
  })

  test('names its credentials', async () => {
    const page = await readPage(vendor)

    for (const value of Object.values(sandbox.vendors[vendor]?.credentials ?? {}))
      expect(page).toContain(`\`${value}\``)
  })
})
