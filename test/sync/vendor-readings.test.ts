import { afterEach, describe, expect, test } from 'vitest'
import { allowNothing } from '../../src/core/plan.ts'
import type { SwitchValue } from '../../src/sandbox/index.ts'
import { doings, openWorld, type World } from './open-world.ts'
import { fast, faultsOf, fillStories, storyFile, storyOf, type VendorName } from './vendor-stories.ts'

type Reading = Readonly<Record<string, SwitchValue>>

/** What is open about each vendor, several questions answered at once. */
const readings: Readonly<Record<VendorName, readonly Reading[]>> = {
  sinch: [
    { secrets_in_reads: 'masked', trigger_order: 'sorted', delete_answer: '204', target_uniqueness: 'normalized' },
    { secrets_in_reads: 'absent', trigger_order: 'shuffled', delete_answer: '200-object', list_empty: 'array' },
    { unset_secret: 'empty', target_type_default: 'HTTP', patch_without_mask: 'refused', error_envelope: 'bare' },
    { repeated_triggers: 'collapsed', echo_token_request_type: false, patch_without_mask: 'replace' },
  ],
  sendblue: [
    { entry_form: 'objects', array_order: 'sorted', empty_types: 'all', write_answer: 'none', delete_twins: 'first' },
    { entry_form: 'strings', array_order: 'shuffled', empty_types: 'absent', write_answer: 'partial' },
    { duplicate_append: '409', duplicate_by: 'url', status_field: 'absent', legacy_secret: 'shown' },
    { put_without_global_secret: 'keeps', unknown_types: 'dropped', delete_absent: '404', errors_with_200: true },
  ],
  smallest: [
    { secret_in_list: false, headers_in_reads: 'present', single_shape: 'array', unset_description: 'null' },
    { headers_on_create: 'accepted', list_shape: 'object-when-one', unset_description: 'empty' },
    { headers_on_create: 'refused', create_for_busy_agent: 'replaces', agent_replace: 'refused' },
    { create_for_busy_agent: 'refused', empty_event_types: 'detaches', patch_duplicate_url: 'accepted' },
  ],
  bird: [
    { unset_filters: 'null', filter_order: 'sorted', delete_status: 200, cleared_by: 'null' },
    { unset_filters: 'empty', filter_order: 'reversed', cleared_by: 'empty', quota_scope: 'workspace' },
  ],
  tellcasey: [{ unset_description: 'empty', pagination: true }, { duplicate_url: '409' }],
}

const cases = (Object.keys(readings) as VendorName[]).flatMap((vendor) =>
  readings[vendor].map((reading) => [vendor, JSON.stringify(reading), reading] as const),
)

let world: World

afterEach(() => world.close())

describe.each(cases)('%s as %s', (vendor, _, reading) => {
  test('has nothing more to do after an apply, and the next apply writes nothing', async () => {
    const story = storyOf(vendor)
    const allow = { ...allowNothing, gap: true }
    world = await openWorld({ switches: { [vendor]: reading } })
    await fillStories(world)
    const left: string[] = []
    for (const webhooks of [story.before, story.after]) {
      await world.write('webhooks.yaml', storyFile(world, vendor, webhooks))
      await world.apply({ pace: fast, allow })
      left.push(...doings(await world.plan({ pace: fast })))
    }
    const { summary } = await world.apply({ pace: fast, allow })

    expect(left).toEqual([])
    expect(summary).toMatchObject({ writes: 0, failed: 0, skipped: 0 })
    expect(await faultsOf(world, story)).toEqual([])
  })
})
