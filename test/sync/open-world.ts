import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ApplySummary, RunEvent } from '../../src/core/outcome.ts'
import type { Plan } from '../../src/core/plan.ts'
import { Secret } from '../../src/core/secret.ts'
import { makeOptions, type SyncOptions } from '../../src/run/options.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts'
import { initVault } from '../../src/secrets/init-vault.ts'
import { makeResolver } from '../../src/secrets/resolver.ts'
import { apply, type Drift, drift, plan } from '../../src/sync.ts'

const store = { alias: 'local', backend: 'age', options: { file: 'secrets.age', identity: 'key.txt' } }
const fingerprintKey = 'ref+age://secrets.age#/hooks-sync/fingerprint_key'

/** A directory with files, a vault and a ledger, and the sandbox its accounts live in. */
export interface World {
  readonly directory: string
  readonly sandbox: Sandbox
  readonly events: readonly RunEvent[]
  forgetEvents(): void
  write(name: string, text: string): Promise<void>
  read(name: string): Promise<string>
  secret(pointer: string): Promise<string | undefined>
  setSecret(pointer: string, value: string): Promise<void>
  plan(options?: Partial<SyncOptions>): Promise<Plan>
  /** Applies; what is given as `before` is waited for once the plan is made, while the ledger is locked. */
  apply(options?: Partial<SyncOptions>, before?: Promise<unknown>): Promise<AppliedHere>
  drift(options?: Partial<SyncOptions>): Promise<Drift>
  close(): Promise<void>
}

interface AppliedHere {
  readonly plan: Plan
  readonly summary: ApplySummary | undefined
}

/** Opens an empty world; its vault holds the credentials of the sandbox. */
export async function openWorld(sandboxOptions: SandboxOptions = {}): Promise<World> {
  const sandbox = await startSandbox(sandboxOptions)
  const directory = await mkdtemp(join(tmpdir(), 'hooks-sync-'))
  const events: RunEvent[] = []
  const place = { env: {}, homeDir: directory, cwd: directory, stores: [{ ...store, baseDir: directory }] }
  const target = (pointer: string) => ({ ref: `ref+age://secrets.age#/${pointer}`, baseDir: directory })
  const options = (changes: Partial<SyncOptions> = {}): SyncOptions =>
    makeOptions({
      cwd: directory,
      homeDir: directory,
      env: {},
      emit: (event) => events.push(event),
      ...changes,
    })
  const world: World = {
    directory,
    sandbox,
    events,
    forgetEvents: () => void events.splice(0),
    write: (name, text) => writeFile(join(directory, name), text),
    read: (name) => readFile(join(directory, name), 'utf8'),
    secret: async (pointer) => {
      const resolver = makeResolver(place)
      const want = { ...target(pointer), optional: true }
      const { values } = await resolver.resolve([want])
      await resolver.close()
      return values.get(want)?.reveal()
    },
    setSecret: async (pointer, value) => {
      const resolver = makeResolver(place)
      await resolver.write(target(pointer), new Secret(value), 'any')
      await resolver.close()
    },
    plan: (changes) => plan(options(changes)),
    apply: async (changes, before) => {
      const applied = await apply(options(changes), async (made) => {
        await before
        return isRefused(made) ? undefined : made
      })
      return { plan: applied.plan, summary: applied.summary }
    },
    drift: (changes) => drift(options(changes)),
    close: async () => {
      await sandbox.close()
      await rm(directory, { recursive: true })
    },
  }
  await fillVault(directory, credentialsOf(sandbox), async (credentials) => {
    await initVault({ ...place, fingerprintKey: { ref: fingerprintKey, baseDir: directory }, now: () => new Date() })
    for (const [vendor, name, value] of credentials) await world.setSecret(`${vendor}/${name}`, value)
  })
  return world
}

type Credentials = ReturnType<typeof credentialsOf>

/** The files of vaults that were made before, by what they hold: making one takes longer than most tests. */
const vaults = new Map<string, readonly (readonly [name: string, content: Buffer])[]>()

async function fillVault(
  directory: string,
  credentials: Credentials,
  make: (credentials: Credentials) => Promise<void>,
): Promise<void> {
  const id = JSON.stringify(credentials)
  const known = vaults.get(id)
  if (known !== undefined) {
    for (const [name, content] of known) await writeFile(join(directory, name), content, { mode: 0o600 })
    return
  }
  await make(credentials)
  const names = await readdir(directory)
  vaults.set(id, await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name))] as const)))
}

function credentialsOf(sandbox: Sandbox): readonly (readonly [string, string, string])[] {
  return Object.entries(sandbox.vendors).flatMap(([vendor, stand]) =>
    stand === undefined ? [] : Object.entries(stand.credentials).map(([name, value]) => [vendor, name, value] as const),
  )
}

function isRefused(made: Plan): boolean {
  return made.accounts.some((account) => account.refusals.length > 0)
}

/** Begins two runs at once, the first to get the lock held up until the other has ended; answers with what that one said. */
export async function whoIsRefused(run: (before: Promise<unknown>) => Promise<unknown>): Promise<string> {
  let goOn = (): void => undefined
  const before = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const runs = [run(before), run(before)]
  const refused = await Promise.race(runs.map((one) => one.then(() => 'nobody', String)))
  goOn()
  await Promise.allSettled(runs)
  return refused
}

/** Renders the parts of a file that every world shares. */
export function fileHead(ledger = '.hooks-sync/ledger.json'): string {
  return `version: 1
ledger: ${ledger}
fingerprint_key: ${fingerprintKey}
stores:
  local: { backend: age, file: secrets.age, identity: key.txt }
`
}

/** Renders a Sinch account of the sandbox; `webhooks` is YAML, indented by six blanks. */
export function sinchAccount(world: World, webhooks: string, name = 'sinch-eu'): string {
  const base = world.sandbox.vendors.sinch.baseUrl
  return `  ${name}:
    type: sinch
    region: eu
    project_id: sandbox-project
    base_url: ${base}
    auth_url: ${base}
    auth: { key_id: "ref+age://secrets.age#/sinch/key_id", key_secret: "ref+age://secrets.age#/sinch/key_secret" }
    webhooks:
${webhooks}`
}

/** Renders the tellcasey account of the sandbox. */
export function caseyAccount(world: World, webhooks: string): string {
  return `  casey:
    type: tellcasey
    base_url: ${world.sandbox.vendors.tellcasey.baseUrl}
    auth: { api_key: "ref+age://secrets.age#/tellcasey/api_key" }
    webhooks:
${webhooks}`
}

/** Renders one Sinch webhook. */
export function sinchHook(key: string, url: string, rest = ''): string {
  return `      ${key}:
        app_id: ${sandboxApp}
        url: https://hooks.example.com/${url}
        events: [MESSAGE_INBOUND]
${rest}`
}

export const sandboxApp = '01SANDBOXAPP00000000000001'

/** Lists what a plan does, as `kind key`; what is kept is left out. */
export function doings(made: Plan): readonly string[] {
  return made.accounts
    .flatMap((account) => account.actions)
    .filter((action) => action.kind !== 'keep' || action.movedFrom !== undefined)
    .map((action) => `${action.kind} ${action.key}`)
}

/** Lists the codes of what a plan refuses. */
export function refusals(made: Plan): readonly string[] {
  return made.accounts.flatMap((account) => account.refusals.map((refusal) => refusal.code))
}
