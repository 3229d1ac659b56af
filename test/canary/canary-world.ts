import { cp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { VendorSandbox } from '../../src/sandbox/index.ts'
import { type Addresses, configText, vendors } from './config-text.ts'
import type { Fault } from './faults.ts'
import type { Arrived } from './front.ts'
import { type FrontName, fillLocalStore, fillVault, type Ground, layGround, readVault } from './ground.ts'
import type { Canary } from './leaks.ts'
import { type Ran, runHere } from './run-here.ts'
import { searchWorld } from './search-world.ts'
import { listCanaries, plantForeign, wordsOf } from './secrets-at-large.ts'

/** What servers do wrong for one run. */
export interface Trouble {
  readonly at: readonly FrontName[]
  readonly fault: Fault | 'bad TLS'
  readonly hits: (arrived: Arrived) => boolean
  /** Which encodings the servers repeat secrets in: a pair for the first, the next pair for the second, … */
  readonly firstPair: number
}

/** What a command gets beside its words. */
interface Given {
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly stdin?: string | undefined
  readonly answerMs?: number | undefined
}

/** Four accounts and two stores that are full of secrets, each behind a server that sees who sends what. */
export interface CanaryWorld {
  readonly ground: Ground
  /** Takes everything back to how it was after the first apply, and after the secrets that changed since. */
  reset(): Promise<void>
  cause(trouble: Trouble): Promise<void>
  /** How many requests and connections met the trouble. */
  struck(): number
  run(argv: readonly string[], given?: Given): Promise<Ran>
  /** Tells where secrets are that do not belong there: in texts, in files, in what arrived at servers. */
  findLeaks(texts: object): Promise<readonly string[]>
  close(): Promise<void>
}

/** Opens the world: applied once with old secrets, which then changed in the stores. */
export async function openCanaryWorld(): Promise<CanaryWorld> {
  const ground = await layGround()
  await begin(ground)
  const start = await keepStart(ground)
  let answerMs: number | undefined
  return {
    ground,
    reset: () => {
      answerMs = undefined
      return start.restore()
    },
    cause: (trouble) => {
      answerMs = trouble.fault !== 'bad TLS' && trouble.fault.isSilent === true ? 100 : undefined
      return cause(ground, trouble)
    },
    struck: () => Object.values(ground.fronts).reduce((sum, { disturbed }) => sum + disturbed, 0),
    run: (argv, given) => run(ground, argv, { ...given, answerMs }),
    findLeaks: async (texts) => searchWorld(ground, texts, [...start.made, ...(await listCanaries(ground))]),
    close: () => ground.close(),
  }
}

function run(ground: Ground, argv: readonly string[], { env, stdin = '', answerMs }: Given = {}): Promise<Ran> {
  const patience = answerMs === undefined ? {} : { answerMs }
  return runHere(argv, { cwd: ground.directory, env: { ...ground.env, ...env }, stdin, ...patience })
}

async function begin(ground: Ground): Promise<void> {
  await fillVault(ground, 'old')
  await writeConfig(ground)
  await expectDone(ground, ['secrets', 'init'])
  await fillLocalStore(ground, 'old')
  await expectDone(ground, ['apply', '--auto-approve'])
  plantForeign(ground)
}

async function expectDone(ground: Ground, argv: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await run(ground, argv)
  if (code !== 0) throw new Error(`${argv.join(' ')}: ${stdout}${stderr}`)
}

async function writeConfig(ground: Ground, untrusted: readonly FrontName[] = []): Promise<void> {
  const { directory, fronts, sandbox, roleId } = ground
  const at = (name: FrontName): string => (untrusted.includes(name) ? fronts[name].untrusted : fronts[name].origin)
  const bases = vendors.map((name) => [name, `${at(name)}${new URL(sandbox.vendors[name].baseUrl).pathname}`])
  const addresses = { ...Object.fromEntries(bases), vault: at('vault') } as Addresses
  await writeFile(join(directory, 'webhooks.yaml'), configText(addresses, roleId))
}

async function cause(ground: Ground, { at, fault, hits, firstPair }: Trouble): Promise<void> {
  if (fault === 'bad TLS') return writeConfig(ground, at)
  for (const [index, name] of at.entries()) {
    const { evil, [name]: front } = ground.fronts
    front.disturb({
      hits,
      play: (response, arrived) =>
        fault.play(response, { words: wordsOf(ground, name, 2 * (firstPair + index)), evil: evil.origin, arrived }),
    })
  }
}

interface Start {
  /** Secrets that were made until then. */
  readonly made: readonly Canary[]
  readonly restore: () => Promise<void>
}

async function keepStart(ground: Ground): Promise<Start> {
  const { root, sandbox, fronts } = ground
  const documents = await readVault(ground)
  await fillLocalStore(ground, 'now')
  const places = ['project', 'home', 'tmp']
  for (const name of places) await cp(join(root, name), join(root, 'start', name), { recursive: true })
  const made = await listCanaries(ground)
  const accounts = vendors.map((name) => keepAccount(sandbox.vendors[name]))
  const restore = async (): Promise<void> => {
    for (const front of Object.values(fronts)) front.forget()
    for (const putBack of accounts) putBack()
    await fillVault(ground, 'now', documents)
    for (const name of places) {
      await rm(join(root, name), { recursive: true })
      await cp(join(root, 'start', name), join(root, name), { recursive: true })
    }
  }
  return { made, restore }
}

function keepAccount(vendor: Pick<VendorSandbox, 'settings' | 'configure' | 'webhooks'>): () => void {
  const { settings } = vendor
  const webhooks = vendor.webhooks.all()
  return () => {
    vendor.configure(settings)
    vendor.webhooks.clear()
    for (const webhook of webhooks) vendor.webhooks.put(webhook)
  }
}
