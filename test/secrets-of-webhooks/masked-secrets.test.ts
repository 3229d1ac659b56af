import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allowNothing } from '../../src/core/plan.ts'
import { isMask } from '../../src/providers/live-secret.ts'
import type { VendorSandbox } from '../../src/sandbox/index.ts'
import { openWorld, type World } from '../sync/open-world.ts'
import { fast, fillStories, storyFile, storyOf, type VendorName } from '../sync/vendor-stories.ts'
import { watchRequests } from '../vendors/watch-requests.ts'

const runs = { numRuns: 6 }
const allow = { ...allowNothing, gap: true }

/** What vendors show in the place of a secret. */
const mask = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', 'whsec_', 'abcd'),
      fc.constantFrom('*', '•'),
      fc.integer({ min: 3, max: 40 }),
      fc.constantFrom('', 'wxyz'),
    )
    .map(([before, dot, count, after]) => `${before}${dot.repeat(count)}${after}`),
  fc.constantFrom('[hidden]', '<redacted>', 'REDACTED', 'xxxxxxxxxxxx', '(masked)'),
)

/** Puts a mask where each vendor shows a secret, of ours and of others. */
const hide: Readonly<Record<Exclude<VendorName, 'tellcasey'>, (world: World, mask: string) => void>> = {
  sinch: ({ sandbox: { vendors } }, secret) => replaceAll(vendors.sinch, (webhook) => ({ ...webhook, secret })),
  sendblue: ({ sandbox: { vendors } }, secret) => {
    replaceAll(vendors.sendblue, (webhook) => ({ ...webhook, secret }))
    vendors.sendblue.configure({ global_secret: secret })
  },
  smallest: ({ sandbox: { vendors } }, secret) => replaceAll(vendors.smallest, (webhook) => ({ ...webhook, secret })),
  bird: ({ sandbox: { vendors } }, secret) => {
    vendors.bird.setSwitch('signing_key_in_reads', 'shown')
    replaceAll(vendors.bird, (webhook) => ({ ...webhook, signingKey: secret }))
  },
}

function replaceAll<W extends { readonly id: string }>(
  { webhooks }: Pick<VendorSandbox<W>, 'webhooks'>,
  change: (webhook: W) => W,
): void {
  for (const webhook of webhooks.all()) webhooks.put(change(webhook))
}

// A machine that is busy with other tests answers late.
let world: World

beforeAll(async () => {
  world = await openWorld()
  await fillStories(world)
})

afterAll(() => world.close())

test.each(['***', 'whsec_****', '••••abcd', '[hidden]', 'xxxxxxxx'])('%s is known for a mask', (text) => {
  expect(isMask(text)).toBe(true)
})

test.each(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'x', 'hidden treasure', 'a*b**c'])(
  '%s may be a secret',
  (text) => {
    expect(isMask(text)).toBe(false)
  },
)

describe.each(['sinch', 'sendblue', 'smallest', 'bird'] as const)('%s', (vendor) => {
  test('never gets a mask back that it has shown, and none gets into the vault', async () => {
    const story = storyOf(vendor)
    await fc.assert(
      fc.asyncProperty(mask, fc.boolean(), async (shown, writesSecrets) => {
        await startOver(vendor)
        await world.write('webhooks.yaml', storyFile(world, vendor, story.before))
        await world.apply({ pace: fast })
        hide[vendor](world, shown)
        await world.write('webhooks.yaml', storyFile(world, vendor, story.after))
        const watch = watchRequests(world.sandbox.vendors[vendor].baseUrl)

        await world.apply({ pace: fast, allow, ...(writesSecrets ? { writeSecrets: ['*/*'] } : {}) })

        const bodies = watch.requests.map(({ body }) => JSON.stringify(body ?? null))
        watch.stop()
        expect(bodies.filter((body) => body.includes(JSON.stringify(shown).slice(1, -1)))).toEqual([])
        for (const place of ['captured/changed', 'captured/made', 'keys/old', 'keys/new'])
          expect(await world.secret(place)).not.toBe(shown)
      }),
      runs,
    )
  })
})

async function startOver(vendor: VendorName): Promise<void> {
  const { sandbox } = world
  sandbox.vendors[vendor].webhooks.clear()
  if (vendor === 'sendblue') sandbox.vendors.sendblue.configure({ global_secret: null })
  await rm(join(world.directory, '.hooks-sync'), { recursive: true, force: true })
}
