import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { load } from '../../src/run/load.ts'
import { makeOptions } from '../../src/run/options.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** Loads a file with one store, where nothing refers to it and the environment is empty. */
async function findingsOf(store: string): Promise<readonly string[]> {
  const cwd = await temporaryDirectory()
  await writeFile(join(cwd, 'webhooks.yaml'), `version: 1\nstores:\n  mine: ${store}\n`)
  const { diagnostics } = await load(makeOptions({ cwd, homeDir: cwd, env: {} }))
  return diagnostics.map(({ code, severity, at, message }) => `${at?.line} ${severity} ${code} ${message}`)
}

test.each([
  ['{ backend: env, path: x }', 'has a setting "path"'],
  ['{ backend: file, roots: secrets }', '"roots" of the store "mine" is not a list of directories.'],
  ['{ backend: age, recipients: [] }', 'The store "mine" names no file.'],
  ['{ backend: age, file: secrets.age, identity: [key] }', '"identity" of the store "mine" is not a path.'],
  ['{ backend: vault, adress: "https://vault.example.com" }', 'has a setting "adress"'],
  ['{ backend: vault, address: "vault.example.com" }', 'is not a URL without login, query and fragment.'],
  ['{ backend: vault, kv: 3 }', '"kv" of the store "mine" is not 1 or 2.'],
  ['{ backend: vault, auth: { method: password } }', 'does not say how to log in'],
  ['{ backend: vault, auth: { method: token, token: hvs.x } }', 'holds a credential: auth.token'],
  ['{ backend: vault, auth: { method: jwt } }', 'The store "mine" has no role to log in with.'],
  ['{ backend: vault, auth: { method: approle, role_id: r } }', 'The store "mine" has no secret_id to log in with.'],
  [
    `{ backend: vault, auth: { method: jwt, role: r, mount: "${'a'.repeat(60)}!" } }`,
    'is not the path of an auth method',
  ],
  ['{ backend: awssecrets, region: "eu-west-1.evil.example" }', '"region" of the store "mine" is not a region'],
  ['{ backend: awsssm, regoin: eu-west-1 }', 'has a setting "regoin"'],
  ['{ backend: gcpsecrets, project: [a] }', '"project" of the store "mine" is not the id of a project.'],
  ['{ backend: azurekeyvault, vault: [] }', '"vault" of the store "mine" is not the name or the URL of a vault.'],
  ['{ backend: op, method: cli }', '"method" of the store "mine" is not "connect" or "service-account".'],
  ['{ backend: sops, roots: here }', '"roots" of the store "mine" is not a list of directories.'],
])('a store that is %s is an error of the file, also where nothing refers to it', async (store, message) => {
  expect(await findingsOf(store)).toEqual([expect.stringContaining(message)])
  expect((await findingsOf(store))[0]).toMatch(/^3 error HS2006 /u)
})

test.each([
  '{ backend: env }',
  '{ backend: file, roots: [secrets] }',
  '{ backend: age, file: secrets.age, identity: ~/key.txt }',
  '{ backend: vault }',
  '{ backend: vault, address: "https://vault.example.com:8200", kv: 2, auth: { method: jwt, role: hooks } }',
  '{ backend: vault, auth: { method: approle, role_id_env: ROLE, secret_id_env: ID, wrapped: true } }',
  '{ backend: awssecrets, region: eu-west-1, profile: ci }',
  '{ backend: awsssm }',
  '{ backend: gcpsecrets, project: hooks-prod }',
  '{ backend: azurekeyvault, vault: hooks }',
  '{ backend: op }',
  '{ backend: sops, roots: [secrets] }',
])('what %s leaves to the environment is not missed', async (store) => {
  expect(await findingsOf(store)).toEqual([])
})
