import type { TellcaseyWebhook } from '../src/sandbox/index.ts'
import { sandboxApp, type World } from '../test/sync/open-world.ts'
import { storyFile, type VendorName } from '../test/sync/vendor-stories.ts'
import { gapping } from './shifts.ts'

/** A situation that one guard refuses. */
export interface GuardCase {
  readonly name: string
  readonly vendor: VendorName
  /** Webhooks that are applied at first, as YAML indented by six blanks. */
  readonly before: string
  /** What somebody else does then. */
  readonly meanwhile?: (world: World) => void
  readonly after: string
  /** Changes the text of the second file. */
  readonly edit?: (text: string, world: World) => string
  readonly refusal: { readonly code: string; readonly count?: number; readonly limit?: number; readonly flag?: string }
  /** Further codes that are refused along with it. */
  readonly along?: readonly string[]
  /** Flags of the run that is refused. */
  readonly flags?: readonly string[]
  /** What lets it through: flags or, where there is none, another text of the file. */
  readonly allowed: readonly string[] | ((text: string) => string)
}

const hooks = 'https://hooks.example.com'
const otherApp = '01SANDBOXAPP00000000000002'
const [gap] = gapping

const sinchHook = (key: string, app = sandboxApp, origin = hooks): string =>
  `\n      ${key}: { app_id: ${app}, url: ${origin}/${key}, events: [OPT_IN] }`
const sinchHooks = (keys: string, app = sandboxApp): string => Array.from(keys, (key) => sinchHook(key, app)).join('')
const birdHook = (rest = ''): string =>
  `\n      inbound: { service: channels, events: [sms.inbound], url: ${hooks}/inbound${rest} }`
const caseyHook = (events: string, rest = ''): string =>
  `\n      main: { url: ${hooks}/main, events: [conversation.${events}]${rest} }`
const captured = ', signing_secret: { capture: "ref+age://secrets.age#/captured/main" }'

const foreignCasey: TellcaseyWebhook = {
  id: '5f2c9a71-0000-4000-8000-000000000001',
  url: `${hooks}/main`,
  event_types: ['conversation.started'],
  enabled: true,
  created_at: '2026-01-01T00:00:00.000Z',
  secret: 'whsec_of_somebody_else',
}

const foreignBird = {
  id: '5f2c9a71-0000-4000-8000-000000000002',
  service: 'channels',
  event: 'sms.inbound',
  eventFilters: [],
  url: `${hooks}/of-somebody-else`,
  status: 'active',
  statusReason: '',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
}

/** Every guard, refused and let through. */
export const guardCases: readonly GuardCase[] = [
  {
    name: 'more deletes than three and 30 %',
    vendor: 'sinch',
    before: sinchHooks('abcde') + sinchHooks('fghij', otherApp),
    after: sinchHooks('abc') + sinchHooks('fgh', otherApp),
    refusal: { code: 'HS3004', count: 4, limit: 3, flag: '--max-deletes' },
    allowed: ['--max-deletes', '4'],
  },
  {
    name: 'more deletes than a share that was named',
    vendor: 'sinch',
    before: sinchHooks('abcde') + sinchHooks('fghij', otherApp),
    after: sinchHooks('abcd') + sinchHooks('fghi', otherApp),
    flags: ['--max-deletes', '10%'],
    refusal: { code: 'HS3004', count: 2, limit: 1, flag: '--max-deletes' },
    allowed: ['--max-deletes', '20%'],
  },
  {
    name: 'an app left with no webhook',
    vendor: 'sinch',
    before: sinchHooks('ab') + sinchHooks('c', otherApp),
    after: sinchHooks('ab'),
    refusal: { code: 'HS3005', count: 1, limit: 0, flag: '--allow-empty' },
    allowed: ['--allow-empty'],
  },
  {
    name: 'a file that was emptied',
    vendor: 'sinch',
    before: sinchHooks('ab'),
    after: '{}',
    refusal: { code: 'HS3006', flag: '--allow-empty' },
    along: ['HS3005'],
    allowed: ['--allow-empty'],
  },
  {
    name: 'a delivery gap',
    vendor: 'sinch',
    before: gap?.files[0] ?? '',
    after: gap?.files[1] ?? '',
    refusal: { code: 'HS3007', flag: '--allow-gap' },
    allowed: ['--allow-gap'],
  },
  {
    name: 'a delivery gap that the file allows',
    vendor: 'sinch',
    before: gap?.files[0] ?? '',
    after: gap?.files[1] ?? '',
    refusal: { code: 'HS3007', flag: '--allow-gap' },
    allowed: (text) => text.replace(/(moved: \{ )/u, '$1allow_gap: true, '),
  },
  {
    name: 'a replace of a webhook that is not owned',
    vendor: 'tellcasey',
    before: '{}',
    meanwhile: ({ sandbox }) => void sandbox.vendors.tellcasey.webhooks.put(foreignCasey),
    after: caseyHook('completed', captured),
    refusal: { code: 'HS3008', flag: '--allow-takeover' },
    allowed: ['--allow-takeover'],
  },
  {
    name: 'a new secret that nobody captures',
    vendor: 'tellcasey',
    before: caseyHook('started'),
    after: caseyHook('completed'),
    refusal: { code: 'HS3009', flag: '--allow-recreate' },
    allowed: ['--allow-recreate'],
  },
  {
    name: 'a webhook that the vendor switched off',
    vendor: 'tellcasey',
    before: caseyHook('started', captured),
    meanwhile: ({ sandbox: { vendors } }) => {
      for (const { id } of vendors.tellcasey.webhooks.all()) vendors.tellcasey.webhooks.edit(id, { enabled: false })
    },
    after: caseyHook('started', captured),
    refusal: { code: 'HS3009', flag: '--allow-recreate' },
    allowed: ['--allow-recreate'],
  },
  {
    name: 'a new http receiver',
    vendor: 'sinch',
    before: sinchHooks('a'),
    after: sinchHooks('a') + sinchHook('plain', sandboxApp, 'http://hooks.example.com'),
    refusal: { code: 'HS3010', flag: '--allow-http' },
    allowed: ['--allow-http'],
  },
  {
    name: 'a url that becomes http',
    vendor: 'sinch',
    before: sinchHooks('ab'),
    after: sinchHook('a') + sinchHook('b', sandboxApp, 'http://hooks.example.com'),
    refusal: { code: 'HS3010', flag: '--allow-http' },
    allowed: ['--allow-http'],
  },
  {
    name: 'a filter that takes events from somebody else',
    vendor: 'bird',
    before: '{}',
    meanwhile: ({ sandbox: { vendors } }) => {
      const workspaceId = vendors.bird.credentials['workspace_id'] ?? ''
      vendors.bird.webhooks.put({ ...foreignBird, workspaceId })
    },
    after: birdHook(', filters: [{ key: channelId, value: c1 }]'),
    refusal: { code: 'HS3011', flag: '--allow-shadow' },
    allowed: ['--allow-shadow'],
  },
  {
    name: 'another account under the same name',
    vendor: 'bird',
    before: birdHook(),
    after: birdHook(),
    edit: (text, { sandbox }) => {
      const { workspace_id: from = '', other_workspace_id: to = '' } = sandbox.vendors.bird.credentials
      return text.replace(from, to)
    },
    refusal: { code: 'HS3012', flag: '--allow-repoint' },
    allowed: ['--allow-repoint'],
  },
  {
    name: 'a replace of a protected webhook',
    vendor: 'tellcasey',
    before: caseyHook('started', `${captured}, protected: true`),
    after: caseyHook('completed', `${captured}, protected: true`),
    flags: [
      '--allow-empty',
      '--allow-gap',
      '--allow-takeover',
      '--allow-recreate',
      '--allow-http',
      '--allow-shadow',
      '--allow-repoint',
      '--max-deletes=100%',
    ],
    refusal: { code: 'HS3013' },
    allowed: (text) => text.replace(', protected: true', ''),
  },
]

/** Renders a file of a case. */
export function guardFile(world: World, { vendor, edit }: GuardCase, webhooks: string, isSecond: boolean): string {
  const text = storyFile(world, vendor, webhooks)
  return isSecond && edit !== undefined ? edit(text, world) : text
}
