import type { RunEvent } from '../src/core/outcome.ts'
import { allowNothing } from '../src/core/plan.ts'
import type { StoredWebhook, VendorSandbox } from '../src/sandbox/index.ts'
import { fast, faultsOf, stories, type VendorStory } from '../test/sync/vendor-stories.ts'
import { type Budget, type Outcome, workOff } from './part.ts'
import { setStage } from './stage.ts'

/** What somebody else does to an account in the middle of a run. */
interface Intrusion {
  readonly what: string
  readonly act: (stand: VendorSandbox) => void
}

interface Trial {
  readonly story: VendorStory
  readonly intrusion: Intrusion
  readonly moment: RunEvent['type']
}

const foreignUrl = 'https://hooks.example.com/foreign'
const allow = { ...allowNothing, gap: true, recreate: true }

const intrusions: readonly Intrusion[] = [
  { what: 'deletes everything', act: ({ webhooks }) => webhooks.clear() },
  {
    what: 'deletes the newest',
    act: ({ webhooks }) => {
      const newest = webhooks.all().at(-1)
      if (newest !== undefined) webhooks.remove(newest.id)
    },
  },
  { what: 'adds a webhook', act: addForeign },
]

/** Lets somebody else write in the middle of a run: it is noticed, and what is not ours stays. */
export async function intruders(budget: Budget): Promise<Outcome> {
  const trials = stories.flatMap((story) =>
    intrusions.flatMap((intrusion) =>
      (['action_start', 'action_done'] as const).map((moment) => ({ story, intrusion, moment })),
    ),
  )
  const tried = await workOff(trials, budget, tryIntrusion)
  const wrong = tried.filter(({ came }) => came.length > 0)
  return {
    figures: [
      `${tried.length} of ${trials.length} writes by somebody else in the middle of an apply, ${tried.length - wrong.length} noticed or harmless, and put right by the next apply`,
    ],
    failures: wrong.map(
      ({ item, came }) => `${item.story.vendor}, who ${item.intrusion.what} at ${item.moment}: ${came.join('; ')}`,
    ),
  }
}

async function tryIntrusion({ story, intrusion, moment }: Trial): Promise<readonly string[]> {
  const stage = await setStage(story)
  const { world } = stage
  const stand = world.sandbox.vendors[story.vendor]
  let hasActed = false
  const emit = (event: RunEvent): void => {
    if (event.type !== moment || hasActed) return
    hasActed = true
    intrusion.act(stand)
  }
  try {
    const { summary } = await world.apply({ pace: fast, allow, emit })
    const left = await world.plan({ pace: fast })
    const isWhole = left.accounts.every(({ actions }) => actions.every(({ kind }) => kind === 'keep'))
    const claimsAll = summary !== undefined && summary.failed + summary.skipped === 0
    if (!isWhole) await world.apply({ pace: fast, allow })
    const isForeignDue = intrusion.act === addForeign
    const isForeignThere = removeForeign(stand)
    return [
      ...(hasActed ? [] : ['it never came to that']),
      // What is changed once it was verified is for the next plan to find.
      ...(claimsAll && !isWhole && moment === 'action_start' ? ['the run says that all is done'] : []),
      ...(isForeignDue && !isForeignThere ? ['what somebody else added is gone'] : []),
      ...(await faultsOf(world, story)),
    ]
  } finally {
    await stage.close()
  }
}

type Row = StoredWebhook & { readonly url?: string; readonly target?: string }

function addForeign({ webhooks }: VendorSandbox): void {
  const row: Row | undefined = webhooks.all()[0]
  if (row === undefined) return
  const id = `${row.id.slice(0, -1)}${row.id.endsWith('0') ? '1' : '0'}`
  const place = row.target === undefined ? { url: foreignUrl } : { target: foreignUrl }
  webhooks.put({ ...row, ...place, id, ...('subscriptions' in row ? { subscriptions: [] } : {}) })
}

function removeForeign({ webhooks }: VendorSandbox): boolean {
  const rows: readonly Row[] = webhooks.all()
  const foreign = rows.find(({ url, target }) => (url ?? target) === foreignUrl)
  return foreign !== undefined && webhooks.remove(foreign.id)
}
