import type { Fields } from '../../core/field.ts'
import type { FieldFinding, ProviderDefinition } from '../../core/provider.ts'
import type { DesiredValue, DesiredValues } from '../../core/value.ts'
import { credentialField } from '../credential-field.ts'
import { checkReceiver, urlParams } from '../receiver-url.ts'
import { callsOf } from './calls-of.ts'
import { hazards } from './hazards.ts'
import { steps } from './steps.ts'

const reference =
  'https://github.com/smallest-inc/smallest-ai-documentation/blob/main/fern/apis/atoms/openapi/openapi.yaml'

const auth: Fields = {
  api_key: credentialField('API key of the organization (`sk_…`).', 'SMALLEST_API_KEY'),
}

const subscription: Fields = {
  agent_id: {
    kind: 'text',
    minLength: 1,
    doc: 'The agent whose conversations are announced.',
    presence: 'required',
    change: 'in-place',
    read: 'clear',
  },
  events: {
    kind: 'set',
    minItems: 1,
    of: { kind: 'event', known: ['pre-conversation', 'post-conversation', 'analytics-completed'] },
    doc: 'Events of the agent to deliver.',
    presence: 'required',
    change: 'in-place',
    read: 'clear',
    source: reference,
  },
}

const fields: Fields = {
  url: {
    kind: 'url',
    schemes: ['https', 'http'],
    doc: 'Receives the deliveries; `endpoint` in calls that write. The organization takes each URL once.',
    presence: 'required',
    change: 'in-place',
    read: 'clear',
    identity: true,
    examples: ['https://hooks.example.com/smallest'],
    source: reference,
  },
  url_params: urlParams,
  description: {
    kind: 'text',
    minLength: 1,
    doc: 'Free text shown in the dashboard. The API wants one when it creates: left out, it is the key of the webhook.',
    presence: 'optional',
    absence: { means: 'left-alone' },
    createdAs: 'key',
    change: 'in-place',
    read: 'clear',
  },
  subscriptions: {
    kind: 'set',
    of: { kind: 'object', fields: subscription },
    doc: 'Which events of which agents are delivered. Setting one agent replaces what it had on every webhook.',
    presence: 'required',
    change: 'in-place',
    read: 'clear',
    examples: [[{ agent_id: '60d0fe4f5311236168a109ca', events: ['post-conversation'] }]],
    source: reference,
  },
  headers: {
    kind: 'map',
    secrets: true,
    maxEntries: 10,
    maxValueLength: 1024,
    keyPattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
    keyPatternHint: 'a header name',
    reservedKeys: ['x-signature', 'host', 'content-length', 'content-type', 'connection', 'transfer-encoding'],
    caseInsensitiveKeys: true,
    doc: 'Headers added to each delivery. The API does not show them.',
    presence: 'optional',
    absence: { means: 'left-alone' },
    change: 'in-place',
    read: 'never',
    clearable: true,
    source: reference,
  },
  enabled: {
    kind: 'boolean',
    doc: 'Whether smallest.ai delivers. Its API cannot set this: a webhook that was switched off is replaced.',
    presence: 'vendor',
    absence: { means: 'default', value: true },
    change: 'replace',
    read: 'clear',
  },
  signing_secret: {
    kind: 'secret',
    forms: ['capture'],
    doc: 'Key that signs deliveries. smallest.ai makes it with the webhook; it is stored where `capture` says.',
    presence: 'optional',
    absence: { means: 'left-alone' },
    // There is nothing to write at the vendor: the only change is the vault's.
    change: 'in-place',
    read: 'maybe-masked',
  },
}

function checkWebhook(fields: DesiredValues): readonly FieldFinding[] {
  return [...checkReceiver(fields), ...checkAgents(fields)]
}

function checkAgents({ subscriptions }: DesiredValues): readonly FieldFinding[] {
  if (!Array.isArray(subscriptions)) return []
  const agents = subscriptions.map(agentOf)
  return agents.flatMap((agent, index): readonly FieldFinding[] => {
    if (agent === undefined || agents.indexOf(agent) === index) return []
    return [
      {
        path: ['subscriptions', index, 'agent_id'],
        severity: 'error',
        message: `The agent "${agent}" is listed twice.`,
        hint: 'List the agent once, with all its events.',
      },
    ]
  })
}

function agentOf(item: DesiredValue): string | undefined {
  if (typeof item !== 'object' || item === null || !('agent_id' in item)) return undefined
  return typeof item.agent_id === 'string' ? item.agent_id : undefined
}

/** Webhooks of a smallest.ai Atoms organization. */
export const smallest: ProviderDefinition = {
  type: 'smallest',
  title: 'smallest.ai',
  doc: 'a webhook of a smallest.ai Atoms organization: one URL and the agents subscribed to it',
  docsUrl: reference,
  baseUrl: 'https://api.smallest.ai/atoms/v1',
  hosts: ['api.smallest.ai', 'atoms-api.smallest.ai'],
  settings: {},
  auth,
  fields,
  accountIdentity: [],
  uniqueIdentity: 'yes',
  update: 'in-place',
  serverSecret: 'signing_secret',
  secretRecovery: {
    fetch: true,
    replay: false,
    roll: false,
    source: `${reference}: decryptedSecretKey of GET /webhook; creates take no idempotency key, and no call changes a secret`,
  },
  limits: { concurrency: 4, requestsPerSecond: 10 },
  check: checkWebhook,
  hazards,
  hazardKinds: ['gap', 'impossible'],
  steps,
  callsOf,
}
