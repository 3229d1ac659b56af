import type { Clock as CallClock } from '../../src/http/clock.ts'
import { systemClock } from '../../src/http/clock.ts'
import type { Pace } from '../../src/run/options.ts'
import type { StoredWebhook, VendorSandbox } from '../../src/sandbox/index.ts'
import { doings, fileHead, sandboxApp, type World } from './open-world.ts'

/** One account's life in two files: what is there at first, and what shall be there then. */
export interface VendorStory {
  readonly vendor: VendorName
  /** Webhooks as YAML, indented by six blanks. */
  readonly before: string
  readonly after: string
  /** Receivers that are live once `after` is applied, each as often as the vendor has it. */
  readonly receivers: readonly string[]
}

export type VendorName = 'sinch' | 'sendblue' | 'smallest' | 'bird' | 'tellcasey'

const agent = 'a6e270000000000000000001'
const otherAgent = 'a6e270000000000000000002'
const hooks = 'https://hooks.example.com'

/** In each story one webhook is changed, one is made and one goes. */
export const stories: readonly VendorStory[] = [
  {
    vendor: 'sinch',
    before: `
      changed: { app_id: ${sandboxApp}, url: ${hooks}/changed, events: [MESSAGE_INBOUND], signing_secret: "ref+age://secrets.age#/keys/old" }
      gone: { app_id: ${sandboxApp}, url: ${hooks}/gone, events: [MESSAGE_INBOUND] }
      moved: { app_id: ${sandboxApp}, url: ${hooks}/moved, events: [OPT_IN] }`,
    after: `
      changed: { app_id: ${sandboxApp}, url: ${hooks}/changed, events: [MESSAGE_DELIVERY], signing_secret: "ref+age://secrets.age#/keys/new" }
      made: { app_id: ${sandboxApp}, url: ${hooks}/made, events: [MESSAGE_INBOUND], signing_secret: { from: "ref+age://secrets.age#/keys/generated", generate: { bytes: 32 } } }
      moved: { app_id: 01SANDBOXAPP00000000000002, url: ${hooks}/moved, events: [OPT_IN] }`,
    receivers: ['changed', 'made', 'moved'],
  },
  {
    vendor: 'sendblue',
    before: `
      changed: { url: ${hooks}/changed, events: [receive], signing_secret: "ref+age://secrets.age#/keys/old" }
      gone: { url: ${hooks}/gone, events: [receive] }`,
    after: `
      changed: { url: ${hooks}/changed, events: [receive, outbound], signing_secret: "ref+age://secrets.age#/keys/new" }
      made: { url: ${hooks}/made, events: [receive, call_log] }`,
    receivers: ['changed', 'changed', 'made', 'made'],
  },
  {
    vendor: 'smallest',
    before: `
      changed:
        url: ${hooks}/changed
        description: old
        subscriptions: [{ agent_id: ${agent}, events: [post-conversation] }]
        signing_secret: { capture: "ref+age://secrets.age#/captured/changed" }
      gone: { url: ${hooks}/gone, subscriptions: [{ agent_id: ${otherAgent}, events: [pre-conversation] }] }`,
    after: `
      changed:
        url: ${hooks}/changed
        description: new
        headers: { X-Team: voice }
        subscriptions: [{ agent_id: ${agent}, events: [post-conversation, analytics-completed] }]
        signing_secret: { capture: "ref+age://secrets.age#/captured/changed" }
      made:
        url: ${hooks}/made
        headers: { X-Key: "ref+age://secrets.age#/keys/new" }
        subscriptions: [{ agent_id: ${otherAgent}, events: [post-conversation] }]
        signing_secret: { capture: "ref+age://secrets.age#/captured/made" }`,
    receivers: ['changed', 'made'],
  },
  {
    vendor: 'bird',
    before: `
      changed: { service: channels, events: [sms.inbound, whatsapp.inbound], url: ${hooks}/changed, signing_secret: "ref+age://secrets.age#/keys/old" }
      gone: { service: channels, events: [sms.outbound], url: ${hooks}/gone }`,
    after: `
      changed: { service: channels, events: [sms.inbound, whatsapp.outbound], url: ${hooks}/changed, signing_secret: "ref+age://secrets.age#/keys/new" }
      made: { service: channels, events: [sms.inbound], url: ${hooks}/made, enabled: false }`,
    receivers: ['changed', 'changed', 'made'],
  },
  {
    vendor: 'tellcasey',
    before: `
      changed: { url: ${hooks}/changed, events: [conversation.completed], signing_secret: { capture: "ref+age://secrets.age#/captured/changed" } }
      gone: { url: ${hooks}/gone }`,
    after: `
      changed: { url: ${hooks}/changed, events: [conversation.started], signing_secret: { capture: "ref+age://secrets.age#/captured/changed" } }
      made: { url: ${hooks}/made, signing_secret: { capture: "ref+age://secrets.age#/captured/made" } }`,
    receivers: ['changed', 'made'],
  },
]

/** Finds the story of one vendor. */
export function storyOf(vendor: VendorName): VendorStory {
  const story = stories.find((one) => one.vendor === vendor)
  if (story === undefined) throw new Error(`There is no story of ${vendor}.`)
  return story
}

/** Puts what the stories refer to into the vault. */
export async function fillStories(world: World): Promise<void> {
  await world.setSecret('keys/old', 'canary-old-Q7v+/x&=%"')
  await world.setSecret('keys/new', 'canary-new-M2k+/y&=%"')
}

/** Renders the file of one account. */
export function storyFile(world: World, vendor: VendorName, webhooks: string, more = ''): string {
  return `${fileHead()}providers:\n${accountText(world, vendor, webhooks, more)}\n`
}

/** Renders one account. */
export function accountText(world: World, vendor: VendorName, webhooks: string, more = ''): string {
  const { baseUrl, credentials } = world.sandbox.vendors[vendor]
  const auth = (names: readonly string[]): string =>
    `    auth: { ${names.map((name) => `${name}: "ref+age://secrets.age#/${vendor}/${name}"`).join(', ')} }`
  const lines: Readonly<Record<VendorName, string>> = {
    sinch: `    region: eu\n    project_id: sandbox-project\n    auth_url: ${baseUrl}\n${auth(['key_id', 'key_secret'])}`,
    sendblue: auth(['api_key', 'api_secret']),
    smallest: auth(['api_key']),
    bird: `    workspace_id: ${credentials['workspace_id'] ?? ''}\n${auth(['access_key'])}`,
    tellcasey: auth(['api_key']),
  }
  const body = webhooks.trim() === '{}' ? ' {}' : webhooks
  return `  ${vendor}:\n    type: ${vendor}\n    base_url: ${baseUrl}\n${lines[vendor]}\n${more}    webhooks:${body}`
}

const startedAt = systemClock.now()

const fastCalls: CallClock = {
  now: () => startedAt + (systemClock.now() - startedAt) * 100,
  after: (ms, task) => systemClock.after(ms / 100, task),
  random: Math.random,
}

/** Waits a hundredth of the time; an answer may take as long as ever. */
export const fast: Pace = {
  clock: { now: Date.now, wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms / 100)) },
  callClock: fastCalls,
}

/** Does not wait long for answers either, where one never comes. */
export const impatient: Pace = { ...fast, timeoutMs: 250 }

/** Lists the last parts of all receivers that a vendor has, sorted. */
export function receiversOf(stand: VendorSandbox): readonly string[] {
  return stand.webhooks
    .all()
    .map((webhook) => {
      const { target, url } = webhook as StoredWebhook & { readonly target?: string; readonly url?: string }
      return (target ?? url ?? '').replace(`${hooks}/`, '')
    })
    .toSorted()
}

/** Says what is not as it has to be once a run has come to its end without a fault. */
export async function faultsOf(world: World, story: VendorStory): Promise<readonly string[]> {
  const stand = world.sandbox.vendors[story.vendor]
  const found: string[] = []
  const again = await world.plan({ pace: fast })
  const left = doings(again)
  if (left.length > 0) found.push(`not converged: ${left.join(', ')}`)
  const errors = again.diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) found.push(`errors: ${errors.map(({ message }) => message).join(' ')}`)
  const receivers = receiversOf(stand)
  if (receivers.join() !== [...story.receivers].join()) found.push(`live: ${receivers.join()}`)
  const ledger = JSON.parse(await world.read('.hooks-sync/ledger.json')) as {
    accounts: Record<string, { intents: Record<string, unknown> }>
  }
  for (const account of Object.values(ledger.accounts)) {
    const open = Object.keys(account.intents)
    if (open.length > 0) found.push(`unsettled: ${open.join(', ')}`)
  }
  for (const [name, secret] of liveSecrets(stand)) {
    const kept = await world.secret(`captured/${name}`)
    if (kept !== secret) found.push(`the vault lacks the secret of ${name}`)
  }
  return found
}

/** Secrets that the vendor made, by the last part of the receiver. */
function liveSecrets(stand: VendorSandbox): readonly (readonly [string, string])[] {
  if (!['smallest', 'tellcasey'].includes(stand.baseUrl.split('/')[3] ?? '')) return []
  return stand.webhooks.all().map((webhook) => {
    const { url, secret } = webhook as StoredWebhook & { readonly url: string; readonly secret: string }
    return [url.replace(`${hooks}/`, ''), secret] as const
  })
}
