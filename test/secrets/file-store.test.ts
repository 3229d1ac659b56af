import { execFileSync } from 'node:child_process'
import { link, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import { makeEnvStore } from '../../src/secrets/env/env-store.ts'
import { makeFileStore } from '../../src/secrets/file/file-store.ts'
import { isStoreFault, type Store, type StoreFault } from '../../src/secrets/store.ts'
import { temporaryDirectory } from './temporary-directory.ts'

interface Layout {
  readonly root: string
  readonly outside: string
  readonly store: Store
}

async function aLayout(): Promise<Layout> {
  const directory = await temporaryDirectory()
  const root = join(directory, 'project')
  const outside = join(directory, 'elsewhere')
  await mkdir(root)
  await mkdir(outside)
  await writeFile(join(outside, 'secret'), 'canary-outside')
  const credentialFiles = [join(root, 'key.txt')]
  return { root, outside, store: makeFileStore({ roots: [root], credentialFiles, label: (path) => path }) }
}

async function read(store: Store, path: string): Promise<string | StoreFault> {
  const [answer] = await store.read([{ path }])
  if (answer === undefined) throw new Error('no answer')
  if (isStoreFault(answer)) return answer
  const selection = answer.document.select([])
  return selection.kind === 'found' ? selection.value.reveal() : { kind: 'not-text', message: selection.kind }
}

describe('a file of secrets', () => {
  test.each([
    ['value\n', 'value'],
    ['value\r\n', 'value'],
    ['value\n\n', 'value\n'],
    [' value ', ' value '],
    ['\uFEFFvalue', 'value'],
    ['straße 🔑', 'straße 🔑'],
  ])('that holds %j gives %j', async (text, value) => {
    const { root, store } = await aLayout()
    await writeFile(join(root, 'secret'), text)

    expect(await read(store, join(root, 'secret'))).toBe(value)
  })

  test.each([
    ['', 'empty'],
    ['\n', 'empty'],
    [Buffer.from([0xff, 0xfe, 0x41]), 'not-text'],
    ['x'.repeat(64 * 1024 + 1), 'malformed'],
  ])('that holds something else is a fault', async (contents, kind) => {
    const { root, store } = await aLayout()
    await writeFile(join(root, 'secret'), contents)

    expect(await read(store, join(root, 'secret'))).toMatchObject({ kind })
  })

  test('may be as large as 64 KiB', async () => {
    const { root, store } = await aLayout()
    await writeFile(join(root, 'secret'), 'x'.repeat(64 * 1024))

    expect(await read(store, join(root, 'secret'))).toHaveLength(64 * 1024)
  })

  test('that is not there is not found', async () => {
    const { root, store } = await aLayout()

    expect(await read(store, join(root, 'secret'))).toMatchObject({ kind: 'not-found' })
    expect(await read(store, join(root, 'a/b'))).toMatchObject({ kind: 'not-found' })
  })

  test('is not read outside the roots, whatever leads there', async () => {
    const { root, outside, store } = await aLayout()
    await symlink(join(outside, 'secret'), join(root, 'link'))
    await symlink(outside, join(root, 'linked-directory'))

    for (const path of [join(outside, 'secret'), join(root, 'link'), join(root, 'linked-directory/secret')]) {
      const fault = await read(store, path)
      expect(fault).toMatchObject({ kind: 'denied', message: expect.stringContaining('outside the directories') })
      expect(fault).toMatchObject({ hint: expect.stringContaining(root) })
    }
  })

  test('is not mistaken to lie below a root whose name only begins alike', async () => {
    const { root, store } = await aLayout()
    await mkdir(`${root}-2`)
    await writeFile(`${root}-2/secret`, 'value')

    expect(await read(store, `${root}-2/secret`)).toMatchObject({ kind: 'denied' })
  })

  test('is read through links that stay below the root, as Kubernetes makes them', async () => {
    const { root, store } = await aLayout()
    await mkdir(join(root, '..2026_11'))
    await writeFile(join(root, '..2026_11/secret'), 'value')
    await symlink('..2026_11', join(root, '..data'))
    await symlink('..data/secret', join(root, 'secret'))

    expect(await read(store, join(root, 'secret'))).toBe('value')
  })

  test.each(['/proc/self/environ', '/dev/zero', '/sys/kernel/notes'])(
    'is never %s, even with / as root',
    async (path) => {
      const { root } = await aLayout()
      const store = makeFileStore({ roots: ['/'], credentialFiles: [], label: (path) => path })
      await symlink(path, join(root, 'link'))

      expect(await read(store, path)).toMatchObject({ kind: expect.stringMatching(/denied|not-found/) })
      expect(await read(store, join(root, 'link'))).toMatchObject({ kind: expect.stringMatching(/denied|not-found/) })
    },
  )

  test('is not a directory or a named pipe, and the pipe hangs nobody', async () => {
    const { root, store } = await aLayout()
    execFileSync('mkfifo', [join(root, 'pipe')])

    expect(await read(store, join(root, 'pipe'))).toMatchObject({ kind: 'malformed' })
    expect(await read(store, root)).toMatchObject({ kind: 'malformed' })
  })

  test('is not the identity that opens the vault, under whatever name', async () => {
    const { root, store } = await aLayout()
    await writeFile(join(root, 'key.txt'), 'AGE-SECRET-KEY-1CANARY')
    await link(join(root, 'key.txt'), join(root, 'hard-link'))
    await symlink('key.txt', join(root, 'soft-link'))

    for (const name of ['key.txt', 'hard-link', 'soft-link']) {
      const fault = await read(store, join(root, name))
      expect(fault).toMatchObject({ kind: 'credential' })
      expect(JSON.stringify(fault)).not.toContain('CANARY')
    }
  })

  test('cannot be written', async () => {
    const { root, store } = await aLayout()

    expect(await store.proveWritable(join(root, 'secret'))).toMatchObject({ kind: 'read-only' })
    expect(await store.write(join(root, 'secret'), [{ pointer: [], value: new Secret('x') }], 'any')).toMatchObject({
      kind: 'read-only',
    })
  })
})

describe('a variable', () => {
  const store = makeEnvStore({ A: 'value\n', EMPTY: '' })

  test('gives its value as it is', async () => {
    expect(await read(store, 'A')).toBe('value\n')
  })

  test.each([
    ['B', 'not-found', 'The environment variable B is not set.'],
    ['toString', 'not-found', 'The environment variable toString is not set.'],
    ['EMPTY', 'empty', 'The environment variable EMPTY is empty.'],
  ])('%s is %s', async (name, kind, message) => {
    expect(await read(store, name)).toMatchObject({ kind, message })
  })
})
