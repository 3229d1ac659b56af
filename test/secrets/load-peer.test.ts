import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isPeerFault, loadPeer } from '../../src/secrets/load-peer.ts'
import { temporaryDirectory } from './temporary-directory.ts'

async function importFrom(directory: string, specifier: string): Promise<object> {
  // The test runner resolves imports by itself, but not those of what is installed.
  const entry = join(directory, 'node_modules', 'entry.mjs')
  await mkdir(join(directory, 'node_modules'), { recursive: true })
  await writeFile(entry, `export const load = () => import('${specifier}')\n`)
  const { load } = await import(/* @vite-ignore */ entry)
  return load()
}

async function installBroken(directory: string, name: string, code: string): Promise<void> {
  const folder = join(directory, 'node_modules', name)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{"type":"module","main":"index.js"}')
  await writeFile(join(folder, 'index.js'), code)
}

describe('an optional package', () => {
  test('that is not installed is named with the command that installs it', async () => {
    const directory = await temporaryDirectory()

    const loaded = await loadPeer('@aws-sdk/client-ssm', () => importFrom(directory, '@aws-sdk/client-ssm'))

    expect(loaded).toEqual({
      kind: 'not-installed',
      message: 'The package @aws-sdk/client-ssm is not installed.',
      hint: 'Run: npm install @aws-sdk/client-ssm@3',
    })
  })

  test('is told from one that it needs and that is not there', async () => {
    const directory = await temporaryDirectory()
    await installBroken(directory, '@azure/identity', "import 'not-there'\n")

    const loaded = await loadPeer('@azure/identity', () => importFrom(directory, '@azure/identity'))

    expect(loaded).toEqual({
      kind: 'not-installed',
      message: 'The package @azure/identity is installed but cannot be loaded (ERR_MODULE_NOT_FOUND).',
      hint: 'Run: npm install @azure/identity@4 @azure/keyvault-secrets@4',
    })
  })

  test('that breaks while it is loaded does not get a word of its own', async () => {
    const directory = await temporaryDirectory()
    await installBroken(directory, '@1password/sdk', "throw new Error('canary')\n")

    const loaded = await loadPeer('@1password/sdk', () => importFrom(directory, '@1password/sdk'))

    expect(loaded).toMatchObject({ message: 'The package @1password/sdk is installed but cannot be loaded.' })
    expect(JSON.stringify(loaded)).not.toContain('canary')
  })

  test('that is there is what was imported', async () => {
    const loaded = await loadPeer('@aws-sdk/client-ssm', () => Promise.resolve({ SSMClient: 'the client' }))

    expect(isPeerFault(loaded)).toBe(false)
    expect(loaded).toEqual({ SSMClient: 'the client' })
  })
})
