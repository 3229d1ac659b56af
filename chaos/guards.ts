import { type Ran, runProgram } from '../test/cli/run-program.ts'
import { doings, openWorld, type World } from '../test/sync/open-world.ts'
import { fast, fillStories } from '../test/sync/vendor-stories.ts'
import { type GuardCase, guardCases, guardFile } from './guard-cases.ts'
import { type Part, workOff } from './part.ts'

/** Asks every guard, through the built program. */
export const guards: Part = {
  name: 'guards',
  title: 'every guard refuses, names its flag, and lets through what is allowed',
  share: 0.6,
  run: async (budget) => {
    const tried = await workOff(guardCases, budget, tryGuard)
    const wrong = tried.filter(({ came }) => came.length > 0)
    return {
      figures: [
        `${tried.length} of ${guardCases.length} guards tried, ${tried.length - wrong.length} refused and let through as written`,
      ],
      failures: wrong.map(({ item, came }) => `${item.name}: ${came.join('; ')}`),
    }
  },
}

async function tryGuard(guard: GuardCase): Promise<readonly string[]> {
  const world = await openWorld({ vendors: [guard.vendor] })
  try {
    await fillStories(world)
    await world.write('webhooks.yaml', guardFile(world, guard, guard.before, false))
    await world.apply({ pace: fast })
    guard.meanwhile?.(world)
    const text = guardFile(world, guard, guard.after, true)
    await world.write('webhooks.yaml', text)
    return [...(await tryRefused(world, guard)), ...(await tryAllowed(world, guard, text))]
  } finally {
    await world.close()
  }
}

/** Exit code 5, one sentence with all that is to know, and not a byte written anywhere. */
async function tryRefused(world: World, guard: GuardCase): Promise<readonly string[]> {
  const { refusal, flags = [] } = guard
  const stand = world.sandbox.vendors[guard.vendor]
  const ledger = await world.read('.hooks-sync/ledger.json').catch(() => '')
  const { log } = stand
  const ran = await run(world, ['apply', '--auto-approve', ...flags])
  const planned = await run(world, ['plan', '--json', ...flags])
  const told = `${ran.stdout}${ran.stderr}`
  const names = [refusal.code, refusal.count, refusal.limit, refusal.flag].filter((name) => name !== undefined)
  const isWritten = stand.log.slice(log.length).some(({ method, path }) => method !== 'GET' && !path.includes('token'))
  return [
    ...(ran.code === 5 ? [] : [`apply ends with ${ran.code}: ${told}`]),
    ...(planned.code === 5 ? [] : [`plan ends with ${planned.code}: ${planned.stderr}`]),
    ...names.filter((name) => !told.includes(String(name))).map((name) => `the message lacks ${name}: ${told}`),
    ...(isWritten ? ['the vendor was written to'] : []),
    ...((await world.read('.hooks-sync/ledger.json').catch(() => '')) === ledger ? [] : ['the ledger has changed']),
    ...checkDocument(planned, guard),
  ]
}

function checkDocument({ stdout }: Ran, { refusal, along = [] }: GuardCase): readonly string[] {
  const { refusals } = JSON.parse(stdout) as { readonly refusals: readonly Record<string, unknown>[] }
  const codes = refusals.map(({ code }) => String(code)).toSorted()
  const found = refusals.find(({ code }) => code === refusal.code)
  const differs = (['count', 'limit', 'flag'] as const).filter(
    (name) => (refusal[name] !== undefined || name === 'flag') && found?.[name] !== refusal[name],
  )
  return [
    ...(codes.join() === [refusal.code, ...along].toSorted().join() ? [] : [`refusals are ${codes.join()}`]),
    ...differs.map((name) => `the document has ${name} ${String(found?.[name])}`),
  ]
}

async function tryAllowed(world: World, { allowed }: GuardCase, text: string): Promise<readonly string[]> {
  if (typeof allowed === 'function') await world.write('webhooks.yaml', allowed(text))
  const ran = await run(world, ['apply', '--auto-approve', ...(typeof allowed === 'function' ? [] : allowed)])
  if (ran.code !== 0) return [`allowed, it ends with ${ran.code}: ${ran.stderr}`]
  const left = doings(await world.plan({ pace: fast }))
  return left.length === 0 ? [] : [`allowed, it leaves ${left.join()}`]
}

function run(world: World, args: readonly string[]): Promise<Ran> {
  return runProgram(args, { cwd: world.directory, env: { HOME: world.directory } })
}
