import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commandFaults } from './command-faults.ts'

const root = join(import.meta.dirname, '..', '..')
const pages = [
  '',
  'guides',
  'stores',
  'sandbox',
  'providers',
  'resources',
  'data-sources',
  'ephemeral-resources',
  'list-resources',
].flatMap((directory) =>
  readdirSync(join(root, 'docs', directory))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(directory, name)),
)

test('there are guides to look at', () => {
  expect(pages).toContain(join('stores', 'vault.md'))
})

describe.each(pages)('docs/%s', (page) => {
  const text = readFileSync(join(root, 'docs', page), 'utf8')

  test('names only commands that exist, with flags they take', () => {
    expect(commandFaults(text)).toEqual([])
  })

  test('links only to files that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/gu)].map(([, path = '']) => path)

    expect(links.filter((path) => !existsSync(join(root, 'docs', dirname(page), path)))).toEqual([])
  })
})
