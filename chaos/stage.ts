import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allowNothing } from '../src/core/plan.ts'
import { openWorld, type World } from '../test/sync/open-world.ts'
import { fast, fillStories, storyFile, type VendorStory } from '../test/sync/vendor-stories.ts'

const program = new URL('../dist/cli/main.js', import.meta.url).pathname
const preload = new URL('kill-at.mjs', import.meta.url).href

/** What a run of the program came to. */
export interface Ran {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stderr: string
}

/** A world in which the first file of a story is applied and the second one declared, and which can be set back to that. */
export interface Stage {
  readonly world: World
  readonly story: VendorStory
  /** Undoes everything since the stage was set. */
  reset(): Promise<void>
  /** Applies with the real program; the variables reach what is loaded before it. */
  apply(env?: Readonly<Record<string, string>>): Promise<Ran>
  /** Applies as the program does, within this process; says what failed. */
  recover(): Promise<readonly string[]>
  close(): Promise<void>
}

/** Sets the stage for one story. */
export async function setStage(story: VendorStory): Promise<Stage> {
  const world = await openWorld({ vendors: [story.vendor] })
  // Runs follow each other faster here than anywhere: the limit on logins is not what is tried.
  if (story.vendor === 'sinch') world.sandbox.vendors.sinch.setSwitch('token_rate_per_second', 0)
  await fillStories(world)
  await world.write('webhooks.yaml', storyFile(world, story.vendor, story.before))
  await world.apply({ pace: fast })
  await world.write('webhooks.yaml', storyFile(world, story.vendor, story.after))
  const kept = await mkdtemp(join(tmpdir(), 'hooks-sync-chaos-'))
  await cp(world.directory, kept, { recursive: true })
  const account = `${world.sandbox.url}/_sandbox/${story.vendor}/state`
  const state = await (await fetch(account)).text()
  return {
    world,
    story,
    reset: async () => {
      for (const name of await readdir(world.directory)) await rm(join(world.directory, name), { recursive: true })
      await cp(kept, world.directory, { recursive: true })
      await fetch(account, { method: 'PUT', body: state })
    },
    apply: (env = {}) => runApply(world, env),
    recover: () => recover(world),
    close: async () => {
      await world.close()
      await rm(kept, { recursive: true })
    },
  }
}

async function recover(world: World): Promise<readonly string[]> {
  const allow = { ...allowNothing, gap: true, recreate: true }
  const { plan, summary } = await world.apply({ pace: fast, keepsUndo: true, allow })
  const errors = plan.diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)
  if (summary === undefined) return [...errors, 'the next run did nothing']
  const { failed, skipped } = summary
  return failed + skipped === 0 ? errors : [...errors, `${failed} failed and ${skipped} were skipped in the next run`]
}

async function runApply(world: World, env: Readonly<Record<string, string>>): Promise<Ran> {
  const args = ['apply', '--auto-approve', '--quiet', '--allow-gap', '--allow-recreate']
  const child = spawn(process.execPath, ['--import', preload, program, ...args], {
    cwd: world.directory,
    env: { ...process.env, HOME: world.directory, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const parts: Buffer[] = []
  child.stderr.on('data', (part: Buffer) => parts.push(part))
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { code, signal, stderr: Buffer.concat(parts).toString('utf8') }
}
