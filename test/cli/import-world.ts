import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { allowNothing, type Plan } from '../../src/core/plan.ts'
import { Secret } from '../../src/core/secret.ts'
import { type Imported, type ImportOptions, importWebhooks } from '../../src/import/import-webhooks.ts'
import { makeOptions, type SyncOptions } from '../../src/run/options.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts'
import { initVault } from '../../src/secrets/init-vault.ts'
import { makeResolver } from '../../src/secrets/resolver.ts'
import { apply, plan } from '../../src/sync.ts'

const fingerprintKey = 'ref+age://secrets.age#/hooks-sync/fingerprint_key'

/** Accounts of all vendors with webhooks that somebody else made, and a file that declares the accounts alone. */
export interface ImportWorld {
  readonly directory: string
  readonly sandbox: Sandbox
  /** Makes webhooks at the vendors the way another project would. */
  seed(webhooks: Readonly<Record<string, string>>): Promise<void>
  /** Writes the file with the accounts, with these webhooks declared. */
  declare(webhooks: Readonly<Record<string, string>>, more?: string): Promise<void>
  import(options?: Partial<ImportOptions>): Promise<Imported>
  plan(files: readonly string[], options?: Partial<SyncOptions>): Promise<Plan>
  write(name: string, text: string): Promise<void>
  read(name: string): Promise<string>
  secret(pointer: string): Promise<string | undefined>
  setSecret(pointer: string, value: string): Promise<void>
  /** Requests that the stand-ins took and that could have written. */
  writes(): readonly string[]
}

/** Opens a world whose vault holds the credentials of the sandbox; it is gone when the test is finished. */
export async function openImportWorld(sandboxOptions: SandboxOptions = {}): Promise<ImportWorld> {
  const sandbox = await startSandbox(sandboxOptions)
  const directory = await mkdtemp(join(tmpdir(), 'hooks-sync-import-'))
  onTestFinished(async () => {
    await sandbox.close()
    await rm(directory, { recursive: true })
  })
  const stores = [
    { alias: 'local', backend: 'age', options: { file: 'secrets.age', identity: 'key.txt' }, baseDir: directory },
  ]
  const place = { env: {}, homeDir: directory, cwd: directory, stores }
  await initVault({ ...place, fingerprintKey: { ref: fingerprintKey, baseDir: directory }, now: () => new Date() })
  const target = (pointer: string) => ({ ref: `ref+age://secrets.age#/${pointer}`, baseDir: directory })
  const write = (name: string, text: string): Promise<void> => writeFile(join(directory, name), text)
  const setSecret = async (pointer: string, value: string): Promise<void> => {
    const resolver = makeResolver(place)
    await resolver.write(target(pointer), new Secret(value), 'any')
    await resolver.close()
  }
  for (const [type, vendor] of Object.entries(sandbox.vendors)) {
    for (const [name, value] of Object.entries(vendor.credentials)) await setSecret(`${type}/${name}`, value)
  }
  const options = (changes: Partial<SyncOptions>): SyncOptions => ({ ...quietOptions(directory), ...changes })
  return {
    directory,
    sandbox,
    seed: async (webhooks) => {
      await write('seed.yaml', projectText(sandbox, webhooks, 'ledger: seed.json'))
      const { summary } = await apply(options({ files: ['seed.yaml'] }), (made) => Promise.resolve(made))
      if (summary === undefined || summary.failed > 0) throw new Error('The vendors did not take what was seeded.')
      for (const vendor of Object.values(sandbox.vendors)) vendor.clearLog()
    },
    declare: (webhooks, more = '') => write('webhooks.yaml', projectText(sandbox, webhooks, more)),
    import: (changes = {}) => importWebhooks({ ...options(changes), accounts: [], adopt: false, ...changes }),
    plan: (files, changes = {}) => plan(options({ files, ...changes })),
    write,
    read: (name) => readFile(join(directory, name), 'utf8'),
    secret: async (pointer) => {
      const resolver = makeResolver(place)
      const want = { ...target(pointer), optional: true }
      const { values } = await resolver.resolve([want])
      await resolver.close()
      return values.get(want)?.reveal()
    },
    setSecret,
    writes: () =>
      Object.values(sandbox.vendors).flatMap((vendor) =>
        vendor.log
          .filter(({ method, path }) => method !== 'GET' && !path.includes('oauth2'))
          .map(({ method, path }) => `${method} ${path}`),
      ),
  }
}

function quietOptions(directory: string): SyncOptions {
  return makeOptions({
    files: ['webhooks.yaml'],
    cwd: directory,
    homeDir: directory,
    env: {},
    allow: { ...allowNothing, http: true, shadow: true },
    // What other worlds of this process keep secret may be told here.
    scrub: (text) => text,
  })
}

/** Declares the account of each vendor named, with its webhooks as lines; `''` stands for no `webhooks:` line. */
function projectText(sandbox: Sandbox, webhooks: Readonly<Record<string, string>>, more: string): string {
  const accounts = Object.entries(webhooks).map(([type, text]) => {
    const lines = accountLines(sandbox, type)
    const body = text === '' ? '' : `    webhooks:\n${indent(text, 6)}`
    return `  ${type}:\n${indent(lines, 4)}${body}`
  })
  return `version: 1
${more}
fingerprint_key: ${fingerprintKey}
stores:
  local: { backend: age, file: secrets.age, identity: key.txt }
providers:
${accounts.join('')}`
}

function indent(text: string, blanks: number): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `${' '.repeat(blanks)}${line}\n`)
    .join('')
}

function accountLines({ vendors }: Sandbox, type: string): string {
  const vendor = Object.entries(vendors).find(([name]) => name === type)?.[1]
  if (vendor === undefined) throw new Error(`The sandbox has no ${type}.`)
  const auth = (names: readonly string[]): string => {
    const refs = names.map((name) => `${name}: "ref+age://secrets.age#/${type}/${name}"`)
    return `auth: { ${refs.join(', ')} }`
  }
  const settings: Readonly<Record<string, string>> = {
    sinch: `region: eu\nproject_id: sandbox-project\nauth_url: ${vendor.baseUrl}\n${auth(['key_id', 'key_secret'])}`,
    sendblue: auth(['api_key', 'api_secret']),
    smallest: auth(['api_key']),
    bird: `workspace_id: ${vendor.credentials['workspace_id'] ?? ''}\n${auth(['access_key'])}`,
    tellcasey: auth(['api_key']),
  }
  return `type: ${type}\nbase_url: ${vendor.baseUrl}\n${settings[type] ?? ''}`
}
