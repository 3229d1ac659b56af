import type { Fields } from '../../core/field.ts'
import type { ProviderDefinition } from '../../core/provider.ts'
import { credentialField } from '../credential-field.ts'
import { checkReceiver, urlParams } from '../receiver-url.ts'

const reference = 'https://developers.tellcasey.com/docs/api/reference/webhooks'

const auth: Fields = {
  api_key: credentialField(
    'Backend API key of the organization (`sk_live_…` or `sk_test_…`), from Dashboard → Settings → API Keys.',
    'TELLCASEY_API_KEY',
  ),
}

const fields: Fields = {
  url: {
    kind: 'url',
    schemes: ['https', 'http'],
    doc: 'Receives the deliveries.',
    presence: 'required',
    change: 'replace',
    read: 'clear',
    identity: true,
    examples: ['https://hooks.example.com/casey'],
    source: reference,
  },
  url_params: { ...urlParams, change: 'replace' },
  description: {
    kind: 'text',
    doc: 'Free text shown in the dashboard.',
    presence: 'optional',
    absence: { means: 'left-alone' },
    change: 'replace',
    read: 'clear',
  },
  events: {
    kind: 'set',
    minItems: 1,
    of: {
      kind: 'event',
      known: ['conversation.started', 'conversation.completed', 'conversation.abandoned'],
    },
    doc: 'Events to deliver.',
    presence: 'optional',
    absence: { means: 'default', value: ['conversation.completed'] },
    change: 'replace',
    read: 'clear',
    examples: [['conversation.completed', 'conversation.abandoned']],
    source: reference,
  },
  enabled: {
    kind: 'boolean',
    doc: 'Whether tellcasey delivers. Its API cannot set this: a webhook that tellcasey switched off is replaced.',
    presence: 'vendor',
    absence: { means: 'default', value: true },
    change: 'replace',
    read: 'clear',
  },
  signing_secret: {
    kind: 'secret',
    forms: ['capture'],
    doc: 'Key that signs deliveries. tellcasey makes it with the webhook; it is stored where `capture` says.',
    presence: 'optional',
    absence: { means: 'left-alone' },
    // There is nothing to write at the vendor: the only change is the vault's.
    change: 'in-place',
    read: 'never',
    source: reference,
  },
}

/** Webhook endpoints of a tellcasey organization. */
export const tellcasey: ProviderDefinition = {
  type: 'tellcasey',
  title: 'tellcasey',
  doc: 'a webhook endpoint of a tellcasey organization; it cannot be changed, so every change makes a new one with a new signing secret',
  docsUrl: reference,
  baseUrl: 'https://api.tellcasey.com/v1/backend',
  hosts: ['api.tellcasey.com'],
  settings: {},
  auth,
  fields,
  accountIdentity: [],
  // The vendor's own n8n node looks for the URL before it creates one, which says that the API itself does not.
  uniqueIdentity: 'unknown',
  update: 'none',
  serverSecret: 'signing_secret',
  secretRecovery: {
    fetch: true,
    replay: false,
    roll: false,
    source: `${reference}: GET /webhooks/{id}/secret; creates take no idempotency key, and no call changes a secret`,
  },
  limits: { concurrency: 4 },
  check: checkReceiver,
  // The answer to a create tells the secret.
  callsOf: (step) => (step.does === 'retire' || (step.does === 'capture' && 'step' in step.of) ? 0 : 1),
}
