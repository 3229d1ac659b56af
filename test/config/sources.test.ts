import { chmod, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { beforeEach, describe, expect, test } from 'vitest'
import { findConfigFile } from '../../src/config/discover.ts'
import { readSources } from '../../src/config/read-sources.ts'

let cwd: string

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hooks-sync-config-'))
})

async function messages(path: string, content?: string | Uint8Array, maxBytes?: number): Promise<readonly string[]> {
  if (content !== undefined) await writeFile(join(cwd, path), content)
  const { diagnostics } = await readSources([path], { cwd, ...(maxBytes === undefined ? {} : { maxBytes }) })
  return diagnostics.map(({ code, message, at }) => `${at?.file} ${code} ${message}`)
}

describe('a file that cannot be used is told apart', () => {
  test('when it is missing', async () => {
    expect(await messages('a.yaml')).toEqual(['a.yaml HS1001 a.yaml does not exist.'])
  })

  test('when a part of its path is a file', async () => {
    await writeFile(join(cwd, 'b'), '')

    expect(await messages('b/a.yaml')).toEqual([
      'b/a.yaml HS1001 b/a.yaml does not exist, because a part of its path is a file.',
    ])
  })

  test('when it holds NUL bytes', async () => {
    expect(await messages('a.yaml', 'a: \0')).toEqual(['a.yaml HS1001 a.yaml is not a text file in UTF-8.'])
  })

  test('when it is not UTF-8', async () => {
    expect(await messages('a.yaml', Uint8Array.of(0x61, 0x3a, 0x20, 0xff, 0x0a))).toEqual([
      'a.yaml HS1001 a.yaml is not a text file in UTF-8.',
    ])
  })

  test('when it is UTF-16', async () => {
    expect(await messages('a.yaml', Buffer.from('\ufeffa: 1', 'utf16le'))).toEqual([
      'a.yaml HS1001 a.yaml is UTF-16 text; only UTF-8 is read.',
    ])
  })

  test('when it is larger than the limit', async () => {
    expect(await messages('a.yaml', 'a: 12345', 7)).toEqual(['a.yaml HS1008 a.yaml is larger than 64 MiB.'])
  })

  test('when it is a link to itself', async () => {
    await symlink('a.yaml', join(cwd, 'a.yaml'))

    expect(await messages('a.yaml')).toEqual(['a.yaml HS1001 a.yaml is a link that leads to itself.'])
  })

  test.skipIf(process.getuid?.() === 0)('when the user may not read it', async () => {
    await writeFile(join(cwd, 'a.yaml'), '')
    await chmod(join(cwd, 'a.yaml'), 0o000)

    expect(await messages('a.yaml')).toEqual(['a.yaml HS1001 a.yaml may not be read by this user.'])
  })

  test('when a directory holds no YAML of its own', async () => {
    await mkdir(join(cwd, 'd', 'deeper'), { recursive: true })
    await writeFile(join(cwd, 'd', 'deeper', 'a.yaml'), '')

    expect(await messages('d')).toEqual(['d HS1001 The directory d holds no YAML file.'])
  })
})

test('a directory stands for its *.yaml and *.yml, sorted, not deeper', async () => {
  await mkdir(join(cwd, 'd', 'deeper.yaml'), { recursive: true })
  for (const name of ['b.yml', 'a.yaml', 'c.json', 'deeper.yaml/x.yaml']) await writeFile(join(cwd, 'd', name), name)

  const { files } = await readSources(['d'], { cwd })

  expect(files.map(({ name, baseDir }) => [name, baseDir])).toEqual([
    ['d/a.yaml', join(cwd, 'd')],
    ['d/b.yml', join(cwd, 'd')],
  ])
})

test('a file named twice is read once', async () => {
  await writeFile(join(cwd, 'a.yaml'), 'version: 1')

  const { files } = await readSources(['a.yaml', './a.yaml', '.'], { cwd })

  expect(files).toHaveLength(1)
})

test('a byte order mark is not part of the text', async () => {
  await writeFile(join(cwd, 'a.yaml'), '\ufeffversion: 1\n')

  const { files } = await readSources(['a.yaml'], { cwd })

  expect(files[0]?.text).toBe('version: 1\n')
})

test('- is standard input, and relative paths in it start at the working directory', async () => {
  const { files } = await readSources(['-'], { cwd, stdin: Readable.from(['version: 1', '\n']) })

  expect(files).toEqual([{ name: '<stdin>', baseDir: cwd, text: 'version: 1\n' }])
})

test('webhooks.yaml is found from a directory below it, before webhooks.yml', async () => {
  await mkdir(join(cwd, 'a', 'b'), { recursive: true })
  await writeFile(join(cwd, 'webhooks.yml'), '')
  expect(await findConfigFile(join(cwd, 'a', 'b'))).toBe('../../webhooks.yml')

  await writeFile(join(cwd, 'webhooks.yaml'), '')
  expect(await findConfigFile(cwd)).toBe('webhooks.yaml')
})
