import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../temporary-directory.ts'

const run = promisify(execFile)
const resolverFile = join(import.meta.dirname, '../../../src/secrets/resolver.ts')
const packages = join(import.meta.dirname, '../../../package.json')

/** Resolves references with the program as it is installed, and a Node that has no optional packages or tells of them. */
async function resolveAlone(refs: readonly string[], hook: string): Promise<{ stdout: string; stderr: string }> {
  const directory = await temporaryDirectory()
  const outfile = join(directory, 'resolver.mjs')
  const options = { bundle: true, splitting: false, format: 'esm', platform: 'node', logLevel: 'silent' } as const
  const external = ['@aws-sdk/*', '@azure/*', '@google-cloud/*', '@1password/*']
  const banner = {
    js: `import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(packages)});`,
  }
  await build({ ...options, entryPoints: [resolverFile], outfile, external, banner })
  await writeFile(join(directory, 'hook.mjs'), hook)
  const program = `
    import { register } from 'node:module'
    register(${JSON.stringify(pathToFileURL(join(directory, 'hook.mjs')).href)})
    const { makeResolver } = await import(${JSON.stringify(pathToFileURL(outfile).href)})
    const resolver = makeResolver({ stores: [], env: process.env, homeDir: '/nonexistent', cwd: '/nonexistent' })
    const wants = ${JSON.stringify(refs)}.map((ref) => ({ ref, baseDir: '/nonexistent' }))
    const { values, diagnostics } = await resolver.resolve(wants)
    await resolver.close()
    console.log(JSON.stringify({ found: values.size, diagnostics }))`
  await writeFile(join(directory, 'program.mjs'), program)
  const env = { PATH: process.env['PATH'], A: 'one', AWS_REGION: 'eu-west-1' }
  return run(process.execPath, [join(directory, 'program.mjs')], { env })
}

const isOptional = '/^@(aws-sdk|azure|google-cloud|1password|smithy)\\//'

describe('the SDKs of clouds', () => {
  test('are not loaded for stores that need none', async () => {
    const hook = `export async function resolve(name, context, next) {
      if (${isOptional}.test(name)) throw new Error('loaded ' + name)
      return next(name, context)
    }`

    const { stdout } = await resolveAlone(['ref+env://A', 'ref+age:///nonexistent/secrets.age#/a'], hook)

    expect(JSON.parse(stdout)).toMatchObject({ found: 1, diagnostics: [{ code: 'HS2003' }] })
  })

  test('are named with the command that installs them where they are missing', async () => {
    const hook = `export async function resolve(name, context, next) {
      if (!${isOptional}.test(name)) return next(name, context)
      throw Object.assign(new Error("Cannot find package '" + name + "'"), { code: 'ERR_MODULE_NOT_FOUND' })
    }`
    const refs = [
      'ref+awssecrets://a',
      'ref+awssecrets://b',
      'ref+awsssm:///a',
      'ref+gcpsecrets://a',
      'ref+azurekeyvault://v/a',
    ]

    const { stdout } = await resolveAlone(refs, hook)

    const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly { code: string; hint: string }[] }
    expect(diagnostics.map(({ code, hint }) => `${code} ${hint}`).toSorted()).toEqual([
      'HS2006 Run: npm install @aws-sdk/client-secrets-manager@3',
      'HS2006 Run: npm install @aws-sdk/client-ssm@3',
      'HS2006 Run: npm install @azure/identity@4 @azure/keyvault-secrets@4',
      'HS2006 Run: npm install @google-cloud/secret-manager@6',
    ])
  })
})
