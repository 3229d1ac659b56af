import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from '../../src/core/secret.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts'
import { makeResolver } from '../../src/secrets/resolver.ts'
import { type FakeVault, startFakeVault } from '../secrets/vault/fake-vault.ts'
import { Operator } from '../secrets/vault/operator.ts'
import { identityFile, vendors } from './config-text.ts'
import { type Front, openFront } from './front.ts'

export type FrontName = (typeof vendors)[number] | 'vault' | 'evil'

export type Age = 'old' | 'now'

/** Servers, directories and stores, with nothing in them but secrets. */
export interface Ground {
  readonly root: string
  readonly directory: string
  readonly sandbox: Sandbox
  readonly vault: FakeVault
  readonly operator: Operator
  readonly roleId: string
  readonly env: Readonly<Record<string, string>>
  readonly fronts: Readonly<Record<FrontName, Front>>
  close(): Promise<void>
}

/** Fields of the vault; the first word says which vendor may have them. */
const fields = [
  'sinch_key_id',
  'sinch_key_secret',
  'sinch_signing',
  'sinch_url_token',
  'sinch_client_secret',
  'sendblue_api_key',
  'sendblue_api_secret',
  'sendblue_global',
  'smallest_header',
] as const

/** Names of all secrets that are not made by anybody later. */
export const secretNames: readonly string[] = [...fields, 'sendblue_signing', 'smallest_api_key', 'tellcasey_api_key']

const changing: ReadonlySet<string> = new Set(['sinch_signing', 'sendblue_global', 'sendblue_signing'])

/** Makes the value of a secret, with characters that every encoding writes in its own way. */
export function secretValue(name: string, age: Age = 'now'): string {
  const mark = Buffer.from(name).toString('hex').slice(-12)
  return `${changing.has(name) ? age : 'one'}-${mark}-${name}/+a=b&c%d"e'f\\g<h>`
}

/** Lists the secrets that others took the place of. */
export function oldSecrets(): readonly { readonly name: string; readonly value: string }[] {
  return [...changing].map((name) => ({ name: `${name}, old`, value: secretValue(name, 'old') }))
}

/** A secret that somebody puts into the vault by hand. */
export const handedIn: string = secretValue('sinch_handed_in')

/** Starts everything; secrets that change are not yet in the stores. */
export async function layGround(): Promise<Ground> {
  const closers: (() => Promise<void>)[] = []
  const root = await mkdtemp(join(tmpdir(), 'hooks-sync-canary-'))
  const directory = join(root, 'project')
  for (const name of ['project', 'home', 'tmp']) await mkdir(join(root, name))
  // Its token buckets fill by a clock that stands still between runs.
  const switches = { sinch: { token_rate_per_second: 0, rate_per_second: 0 } }
  const sandbox = await startSandbox({ vendors, settings: accounts(), switches })
  const vault = await startFakeVault({ atEnd: (close) => closers.push(close) })
  const operator = new Operator({ address: vault.address, token: vault.rootToken })
  await operator.ask('POST', 'sys/auth/approle', { type: 'approle' })
  await operator.allow('hooks', { 'kv/*': ['create', 'read', 'update', 'patch', 'delete', 'list'] })
  const { roleId, secretId } = await operator.createRole('approle', 'hooks', { token_policies: ['hooks'] })
  const opened = await Promise.all(
    [...vendors, 'vault', 'evil'].map(async (name) => [name, await openFront(behind(name, sandbox, vault))] as const),
  )
  return {
    root,
    directory,
    sandbox,
    vault,
    operator,
    roleId,
    fronts: Object.fromEntries(opened) as Record<FrontName, Front>,
    env: {
      HOME: join(root, 'home'),
      TMPDIR: join(root, 'tmp'),
      SECRET_ID: secretId,
      OTHER_TOKEN: await operator.createToken(['hooks']),
      TELLCASEY_KEY: secretValue('tellcasey_api_key'),
    },
    close: async () => {
      await Promise.all([
        sandbox.close(),
        ...closers.map((close) => close()),
        ...opened.map(([, front]) => front.close()),
      ])
      await rm(root, { recursive: true })
    },
  }
}

/** What a vault holds: fields by the name of the document. */
export type Documents = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** Fills the vault anew, with the secrets of a time beside what was made there. */
export async function fillVault({ operator }: Ground, age: Age, { hooks, ...others }: Documents = {}): Promise<void> {
  await operator.ask('DELETE', 'sys/mounts/kv')
  await operator.mountKv('kv', 2)
  const declared = Object.fromEntries(fields.map((name) => [name, secretValue(name, age)]))
  const own = { hooks: { ...hooks, ...declared }, other: { smallest_api_key: secretValue('smallest_api_key') } }
  for (const [name, data] of Object.entries({ ...others, ...own })) {
    await operator.ask('POST', `kv/data/${name}`, { data })
  }
}

/** Puts the secret of the local store there. */
export async function fillLocalStore({ directory, env }: Ground, age: Age): Promise<void> {
  const store = {
    alias: 'local',
    backend: 'age',
    baseDir: directory,
    options: { file: 'secrets.age', identity: `~/${identityFile}` },
  }
  const resolver = makeResolver({ stores: [store], env: {}, homeDir: env['HOME'] ?? '', cwd: directory })
  const target = { ref: 'ref+age://secrets.age#/sendblue_signing', baseDir: directory }
  const outcome = await resolver.write(target, new Secret(secretValue('sendblue_signing', age)), 'any')
  await resolver.close()
  if (outcome.kind !== 'written') throw new Error(outcome.diagnostic.message)
}

/** Reads all that is in the vault, by the name of the field. */
export async function readVault({ operator }: Ground): Promise<Documents> {
  const listed = (await operator.ask('GET', 'kv/metadata/?list=true')) as { data: { keys: readonly string[] } }
  const read = async (name: string): Promise<readonly [string, Readonly<Record<string, unknown>>]> => {
    const { data } = (await operator.ask('GET', `kv/data/${name}`)) as { data: { data: Record<string, unknown> } }
    return [name, data.data]
  }
  return Object.fromEntries(await Promise.all(listed.data.keys.map(read)))
}

function behind(name: string, sandbox: Sandbox, vault: FakeVault): string | undefined {
  if (name === 'evil') return undefined
  return name === 'vault' ? vault.address : sandbox.url
}

function accounts(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const of = (name: string): string => secretValue(name)
  return {
    sinch: {
      keys: [{ project_id: 'sandbox-project', key_id: of('sinch_key_id'), key_secret: of('sinch_key_secret') }],
    },
    sendblue: { keys: [{ api_key: of('sendblue_api_key'), api_secret: of('sendblue_api_secret') }] },
    smallest: { api_keys: [of('smallest_api_key')] },
    tellcasey: { api_keys: [of('tellcasey_api_key')] },
  }
}
