import { makeResolver, type Want } from '../../src/secrets/resolver.ts'
import { openWorld, sandboxApp, type World } from '../sync/open-world.ts'
import { fast, storyFile, type VendorName } from '../sync/vendor-stories.ts'

/** A webhook whose secret is rotated, and what the vendor signs its deliveries with. */
export interface RotationStory {
  readonly name: string
  readonly vendor: VendorName
  /** What is rotated, as `account/key`. */
  readonly id: string
  /** Where its secret is kept. */
  readonly pointer: string
  readonly kind: 'chosen' | 'made'
  readonly webhooks: string
  /** Lines of the account. */
  readonly account?: string
  readonly signs: (world: World) => readonly string[]
}

export const oldSecret = 'canary-old-Q7v+/x&=%"'

const agent = 'a6e270000000000000000001'
const hooks = 'https://hooks.example.com'
const ours = 'signing_secret: "ref+age://secrets.age#/keys/ours"'

export const stories: readonly RotationStory[] = [
  {
    name: 'Sinch',
    vendor: 'sinch',
    id: 'sinch/inbound',
    pointer: 'keys/ours',
    kind: 'chosen',
    webhooks: `
      inbound: { app_id: ${sandboxApp}, url: ${hooks}/in, events: [MESSAGE_INBOUND], ${ours} }
      other: { app_id: ${sandboxApp}, url: ${hooks}/other, events: [OPT_IN] }`,
    signs: ({ sandbox }) => sandbox.vendors.sinch.webhooks.all().flatMap(({ secret }) => secret ?? []),
  },
  {
    name: 'Sendblue',
    vendor: 'sendblue',
    id: 'sendblue/inbound',
    pointer: 'keys/ours',
    kind: 'chosen',
    webhooks: `
      inbound: { url: ${hooks}/in, events: [receive, outbound], ${ours} }
      other: { url: ${hooks}/other, events: [receive] }`,
    signs: ({ sandbox }) => sandbox.vendors.sendblue.webhooks.all().flatMap(({ secret }) => secret ?? []),
  },
  {
    name: 'the account-wide secret of Sendblue',
    vendor: 'sendblue',
    id: 'sendblue/@account',
    pointer: 'keys/ours',
    kind: 'chosen',
    account: '    global_signing_secret: "ref+age://secrets.age#/keys/ours"\n',
    webhooks: `
      inbound: { url: ${hooks}/in, events: [receive] }`,
    signs: ({ sandbox }) => [sandbox.vendors.sendblue.settings.global_secret ?? ''],
  },
  {
    name: 'Bird',
    vendor: 'bird',
    id: 'bird/inbound',
    pointer: 'keys/ours',
    kind: 'chosen',
    webhooks: `
      inbound: { service: channels, events: [sms.inbound, whatsapp.inbound], url: ${hooks}/in, ${ours} }
      other: { service: channels, events: [sms.outbound], url: ${hooks}/other }`,
    signs: ({ sandbox }) => sandbox.vendors.bird.webhooks.all().flatMap(({ signingKey }) => signingKey ?? []),
  },
  {
    name: 'tellcasey',
    vendor: 'tellcasey',
    id: 'tellcasey/inbound',
    pointer: 'captured/inbound',
    kind: 'made',
    webhooks: `
      inbound: { url: ${hooks}/in, signing_secret: { capture: "ref+age://secrets.age#/captured/inbound" } }`,
    signs: ({ sandbox }) => sandbox.vendors.tellcasey.webhooks.all().map(({ secret }) => secret),
  },
  {
    name: 'smallest.ai',
    vendor: 'smallest',
    id: 'smallest/inbound',
    pointer: 'captured/inbound',
    kind: 'made',
    webhooks: `
      inbound:
        url: ${hooks}/in
        allow_gap: true
        subscriptions: [{ agent_id: ${agent}, events: [post-conversation] }]
        signing_secret: { capture: "ref+age://secrets.age#/captured/inbound" }`,
    signs: ({ sandbox }) => sandbox.vendors.smallest.webhooks.all().map(({ secret }) => secret),
  },
]

/** Finds a story by its name. */
export function storyNamed(name: string): RotationStory {
  const story = stories.find((one) => one.name === name)
  if (story === undefined) throw new Error(`There is no story of ${name}.`)
  return story
}

/** Opens a world in which the webhooks of a story are live, signing with the old secret. */
export async function openStory({ vendor, webhooks, account = '' }: RotationStory): Promise<World> {
  const world = await openWorld()
  await world.setSecret('keys/ours', oldSecret)
  await world.write('webhooks.yaml', storyFile(world, vendor, webhooks, account))
  await world.apply({ pace: fast })
  world.forgetEvents()
  return world
}

/** Values at the three places of a secret. */
export interface Held {
  readonly current: string | undefined
  readonly pending: string | undefined
  readonly previous: string | undefined
}

// A vault that did not change is not decrypted again: what it holds is asked for after each effect of a run.
let lastRead: { readonly about: string; readonly held: Held } | undefined

/** What the vault holds of the secret of a story and beside it. */
export async function heldIn(world: World, { pointer }: Pick<RotationStory, 'pointer'>): Promise<Held> {
  const about = `${world.directory} ${pointer} ${await world.read('secrets.age')}`
  if (lastRead?.about === about) return lastRead.held
  const held = await readHeld(world, pointer)
  lastRead = { about, held }
  return held
}

async function readHeld({ directory }: World, pointer: string): Promise<Held> {
  const store = { alias: 'local', backend: 'age', options: { file: 'secrets.age', identity: 'key.txt' } }
  const stores = [{ ...store, baseDir: directory }]
  const resolver = makeResolver({ env: {}, homeDir: directory, cwd: directory, stores })
  const want = (place: string): Want => ({ ref: `ref+age://secrets.age#/${place}`, baseDir: directory, optional: true })
  const wants = [want(pointer), want(`${pointer}_pending`), want(`${pointer}_previous`)]
  const { values } = await resolver.resolve(wants)
  await resolver.close()
  const [current, pending, previous] = wants.map((one) => values.get(one)?.reveal())
  return { current, pending, previous }
}
