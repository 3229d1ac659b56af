import type { Fields } from '../../core/field.ts'
import type { FieldFinding, ProviderDefinition } from '../../core/provider.ts'
import type { DesiredValue, DesiredValues } from '../../core/value.ts'
import { credentialField } from '../credential-field.ts'
import { checkReceiver, urlParams } from '../receiver-url.ts'
import { findShadows } from './shadows.ts'

const reference = 'https://docs.bird.com/api/notifications-api'

const platforms = [
  'sms',
  'whatsapp',
  'email',
  'line',
  'instagram',
  'facebook',
  'viber',
  'linkedin',
  'tiktok',
  'telegram',
] as const

/** Known events by the service that announces them; `payments` exists, its events are not documented. */
const eventsByService: Readonly<Record<string, readonly string[]>> = {
  channels: [
    ...platforms.flatMap((platform) => [`${platform}.inbound`, `${platform}.outbound`, `${platform}.interaction`]),
    'voice.inbound',
    'voice.outbound',
  ],
  conversations: ['conversation.created', 'conversation.updated', 'conversation.deleted'],
  numbers: ['10dlc.brand', '10dlc.campaign', '10dlc.vetting'],
  payments: [],
}

const settings: Fields = {
  workspace_id: {
    kind: 'text',
    minLength: 1,
    doc: 'Id of the workspace whose events are delivered.',
    presence: 'required',
    change: 'replace',
    read: 'clear',
    env: 'BIRD_WORKSPACE_ID',
  },
  organization_id: {
    kind: 'text',
    minLength: 1,
    doc: 'Id of the organization. Where it stands, calls use the path with organization and workspace.',
    presence: 'optional',
    absence: { means: 'none' },
    change: 'replace',
    read: 'clear',
    env: 'BIRD_ORGANIZATION_ID',
  },
}

const auth: Fields = {
  access_key: credentialField(
    'Access key with view, create, update and delete on `/workspaces/*/webhook-subscriptions` and below.',
    'BIRD_ACCESS_KEY',
  ),
}

const filter: Fields = {
  key: {
    kind: 'text',
    minLength: 1,
    doc: 'Such as channelId, messageStatus, interactionType, platformId, channelStatus, status.',
    presence: 'required',
    change: 'in-place',
    read: 'clear',
  },
  value: {
    kind: 'text',
    doc: 'The value an event must have.',
    presence: 'required',
    change: 'in-place',
    read: 'clear',
  },
}

const fields: Fields = {
  service: {
    kind: 'text',
    minLength: 1,
    doc: 'The Bird service that announces the events: channels, conversations, numbers or payments.',
    presence: 'required',
    change: 'replace',
    read: 'clear',
    identity: true,
    examples: Object.keys(eventsByService),
    source: reference,
  },
  events: {
    kind: 'set',
    minItems: 1,
    of: { kind: 'event', known: Object.values(eventsByService).flat() },
    doc: 'Events to deliver. Each becomes a Bird subscription of its own.',
    presence: 'required',
    change: 'in-place',
    read: 'clear',
    examples: [['whatsapp.inbound', 'whatsapp.outbound']],
    source: reference,
  },
  url: {
    kind: 'url',
    schemes: ['https'],
    pattern: '^https://([a-zA-Z0-9-]+\\.)+[a-zA-Z]{2,}(:[0-9]+)?(/[^\\s]*)?$',
    patternHint: 'https:// with a host name such as hooks.example.com, and a path before any query',
    doc: 'Receives the deliveries. Bird takes https with a host name: no localhost, no IP address.',
    presence: 'required',
    change: 'in-place',
    read: 'clear',
    identity: true,
    examples: ['https://hooks.example.com/bird'],
    source: reference,
  },
  url_params: urlParams,
  filters: {
    kind: 'bag',
    minItems: 1,
    of: { kind: 'object', fields: filter },
    doc: 'Only events that match all filters are delivered. An unfiltered subscription no longer gets events that another one filters for.',
    presence: 'optional',
    absence: { means: 'none' },
    change: 'in-place',
    read: 'clear',
    identity: true,
    examples: [[{ key: 'channelId', value: '7b3f6a52-0a3c-4b61-9d0c-3a3b3b8f5f10' }]],
    source: reference,
  },
  template: {
    kind: 'text',
    minLength: 1,
    doc: 'Format of the deliveries, passed on to Bird as it is. Bird does not always show it.',
    presence: 'optional',
    absence: { means: 'left-alone' },
    change: 'in-place',
    read: 'maybe-masked',
  },
  signing_secret: {
    kind: 'secret',
    forms: ['ref', 'generate'],
    doc: 'Key that signs deliveries (signingKey). Bird does not show it.',
    presence: 'optional',
    absence: { means: 'left-alone' },
    change: 'in-place',
    read: 'never',
  },
  enabled: {
    kind: 'boolean',
    doc: 'Whether Bird delivers (status active or inactive).',
    presence: 'optional',
    absence: { means: 'default', value: true },
    change: 'in-place',
    // A create takes no status: what it makes is active.
    setBy: 'update',
    read: 'clear',
  },
}

function checkWebhook(fields: DesiredValues): readonly FieldFinding[] {
  return [
    ...checkReceiver(fields),
    ...checkUrl(fields),
    ...checkService(fields),
    ...checkEvents(fields),
    ...checkFilters(fields),
  ]
}

function checkUrl({ url, url_params: params }: DesiredValues): readonly FieldFinding[] {
  if (typeof url !== 'string') return []
  const findings: FieldFinding[] = []
  if (/^https:\/\/[^/?#]+:[0-9]+/u.test(url)) {
    findings.push({
      path: ['url'],
      severity: 'warning',
      message: 'Some versions of the Bird API refuse a URL with a port.',
      hint: 'Let the receiver listen on 443.',
    })
  }
  if (params !== undefined && /^https:\/\/[^/]+$/u.test(url)) {
    findings.push({
      path: ['url'],
      severity: 'error',
      message: 'Bird takes query parameters only after a path.',
      hint: `Write "${url}/".`,
    })
  }
  return findings
}

function checkService({ service }: DesiredValues): readonly FieldFinding[] {
  if (typeof service !== 'string' || Object.hasOwn(eventsByService, service)) return []
  const known = Object.keys(eventsByService).join(', ')
  return [
    {
      path: ['service'],
      severity: 'warning',
      message: `Bird documents no service "${service}".`,
      hint: `Known: ${known}.`,
    },
  ]
}

function checkEvents({ service, events }: DesiredValues): readonly FieldFinding[] {
  if (typeof service !== 'string' || !Array.isArray(events)) return []
  return events.flatMap((event, index): readonly FieldFinding[] => {
    const home = Object.keys(eventsByService).find((name) => eventsByService[name]?.includes(String(event)))
    if (home === undefined || home === service) return []
    return [
      {
        path: ['events', index],
        severity: 'warning',
        message: `Bird announces "${String(event)}" under the service "${home}", not "${service}".`,
        hint: `Write service: ${home}.`,
      },
    ]
  })
}

function checkFilters({ service, filters }: DesiredValues): readonly FieldFinding[] {
  if (!Array.isArray(filters) || filters.length === 0) return []
  if (service === 'numbers') {
    return [
      {
        path: ['filters'],
        severity: 'error',
        message: 'Bird takes no filters for the service "numbers".',
        hint: 'Remove filters.',
      },
    ]
  }
  const channels = filters.flatMap((item, index) => (filterKey(item) === 'channelId' ? [index] : []))
  return channels.slice(1).map((index) => ({
    path: ['filters', index],
    severity: 'error',
    message: 'Bird takes one channelId filter per subscription.',
    hint: 'Declare a webhook for each channel.',
  }))
}

function filterKey(item: DesiredValue): DesiredValue | undefined {
  return typeof item === 'object' && item !== null && 'key' in item ? item.key : undefined
}

/** Webhook subscriptions of a Bird workspace (Notifications API). */
export const bird: ProviderDefinition = {
  type: 'bird',
  title: 'Bird',
  doc: 'a set of Bird webhook subscriptions, one for each event, that share URL and filters',
  docsUrl: reference,
  baseUrl: 'https://api.bird.com',
  hosts: ['api.bird.com'],
  settings,
  auth,
  fields,
  accountIdentity: ['workspace_id', 'organization_id'],
  fanOut: 'events',
  uniqueIdentity: 'no',
  update: 'in-place',
  quota: { limit: 5, per: ['service', 'events', 'filters'], words: 'per event and set of filters' },
  limits: { concurrency: 8, requestsPerSecond: 50 },
  check: checkWebhook,
  hazards: findShadows,
  hazardKinds: ['shadow'],
}
