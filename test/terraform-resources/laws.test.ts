import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Sandbox, startSandbox, type VendorSandbox } from '../../src/sandbox/index.ts'
import { type Resources, verbs } from './engine.ts'
import type { Written } from './value-rules.ts'
import { type VendorCase, vendorCases } from './vendors.ts'
import { engineOf, writesOf } from './world.ts'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox()
  sandbox.vendors.sinch.setSwitch('token_rate_per_second', 0)
})

afterAll(async () => {
  await sandbox.close()
})

/** What happens to an account: its configuration is edited, somebody edits or deletes at the vendor. */
type Happening =
  | { readonly kind: 'edit'; readonly resource: string; readonly patches: readonly string[] }
  | { readonly kind: 'remove'; readonly resource: string }
  | { readonly kind: 'drift'; readonly edit: string; readonly at: number }
  | { readonly kind: 'lose'; readonly at: number }

function happenings({ edits, drift }: VendorCase): fc.Arbitrary<readonly Happening[]> {
  const resource = fc.constantFrom('hook', 'other')
  const edit = fc.record({
    kind: fc.constant('edit' as const),
    resource,
    patches: fc.subarray(Object.keys(edits).filter((name) => name !== 'service')),
  })
  const at = fc.nat({ max: 3 })
  return fc.array(
    fc.oneof(
      { weight: 4, arbitrary: edit },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), resource }) },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('drift' as const), edit: fc.constantFrom(...Object.keys(drift)), at }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose' as const), at }) },
    ),
    { minLength: 1, maxLength: 4 },
  )
}

describe.each(vendorCases)('whatever happens to webhooks of $type', (vendor) => {
  test.each([{}, ...vendor.readings])(
    'an apply does what its plan says, and then there is nothing left to do: %j',
    async (reading) => {
      const standIn = sandbox.vendors[vendor.type]
      if (standIn === undefined) throw new Error(`There is no stand-in of ${vendor.type}.`)
      const before = { ...standIn.switches }
      for (const [name, value] of Object.entries(reading)) standIn.setSwitch(name, value)
      onTestFinished(() => {
        for (const name of Object.keys(reading)) standIn.setSwitch(name, before[name] ?? '')
      })
      await fc.assert(
        fc.asyncProperty(happenings(vendor), fc.boolean(), async (story, createFirst) => {
          standIn.webhooks.clear()
          const engine = engineOf(vendor.type, standIn, { createFirst: createFirst && vendor.type !== 'smallest' })
          let resources: Resources = { hook: vendor.webhook, other: vendor.other }
          await engine.settle(resources)
          for (const happening of story) {
            resources = await happen(vendor, standIn, resources, happening)
            const plan = await engine.plan(resources)
            expect(plan.errors).toEqual([])
            expect(await engine.carryOut(plan, resources)).toEqual([])
            standIn.clearLog()
            const left = await engine.plan(resources)
            expect(verbs(left)).toEqual(Object.fromEntries(Object.keys(resources).map((name) => [name, 'no-op'])))
            expect(writesOf(standIn)).toEqual([])
          }
          expect(engine.told.filter((text) => text.includes('canary-'))).toEqual([])
        }),
        { numRuns: Number(process.env['FC_RUNS'] ?? 2) },
      )
    },
  )
})

async function happen(
  { webhook, other, edits, drift }: VendorCase,
  standIn: VendorSandbox,
  resources: Resources,
  happening: Happening,
): Promise<Resources> {
  const stored = standIn.webhooks.all()
  switch (happening.kind) {
    case 'edit': {
      // What one webhook is moved to, another one may have.
      const isHook = happening.resource === 'hook'
      const patches = happening.patches
        .map((name) => edits[name]?.patch ?? {})
        .filter((patch) => isHook || Object.keys(patch).every((name) => harmless.has(name)))
      const base = isHook ? webhook : other
      const patched = patches.reduce<Written>((known, patch) => ({ ...known, ...patch }), base)
      const url = isHook ? patched['url'] : `${String(patched['url'])}/of-the-other`
      const mine = isHook ? patched : withoutAgents({ ...patched, url })
      return { ...resources, [happening.resource]: mine }
    }
    case 'remove': {
      const { [happening.resource]: _, ...rest } = resources
      return rest
    }
    case 'drift': {
      const one = stored[happening.at % Math.max(stored.length, 1)]
      if (one !== undefined) standIn.webhooks.put({ ...one, ...drift[happening.edit] })
      return resources
    }
    case 'lose': {
      const one = stored[happening.at % Math.max(stored.length, 1)]
      if (one !== undefined) standIn.webhooks.remove(one.id)
      return resources
    }
  }
}

/** What the other one may have as well without being in its way. */
const harmless = new Set(['url', 'description', 'enabled', 'url_params_wo', 'url_params_wo_version'])

/** An agent announces to one webhook only. */
function withoutAgents(written: Written): Written {
  return 'subscriptions' in written ? { ...written, subscriptions: [] } : written
}
