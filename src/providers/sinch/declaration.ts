import type { Fields } from '../../core/field.ts'
import type { ProviderDefinition } from '../../core/provider.ts'
import { credentialField } from '../credential-field.ts'
import { checkReceiver, urlParams } from '../receiver-url.ts'

const reference = 'https://developers.sinch.com/docs/conversation/api-reference/conversation/webhooks'

/** The Node SDK knows only the plural. */
export const triggerAliases: Readonly<Record<string, string>> = { SMART_CONVERSATIONS: 'SMART_CONVERSATION' }

const settings: Fields = {
  project_id: {
    kind: 'text',
    minLength: 1,
    doc: 'Id of the Sinch project that holds the apps.',
    presence: 'required',
    change: 'replace',
    read: 'clear',
    env: 'SINCH_PROJECT_ID',
  },
  region: {
    kind: 'choice',
    values: ['us', 'eu', 'br'],
    doc: 'Region the apps were created in. In another region Sinch answers as if they did not exist.',
    presence: 'required',
    change: 'replace',
    read: 'clear',
    env: 'SINCH_REGION',
    source: reference,
  },
  auth_url: {
    kind: 'url',
    schemes: ['https', 'http'],
    doc: 'Origin of the token service; `/oauth2/token` is appended.',
    presence: 'optional',
    absence: { means: 'default', value: 'https://auth.sinch.com' },
    change: 'in-place',
    read: 'clear',
  },
}

const auth: Fields = {
  key_id: credentialField('Access key id of the project.', 'SINCH_KEY_ID'),
  key_secret: credentialField(
    'Secret of the access key, shown by Sinch once when the key is made.',
    'SINCH_KEY_SECRET',
  ),
}

const clientCredentials: Fields = {
  client_id: {
    kind: 'text',
    minLength: 1,
    doc: 'Client id that Sinch presents to the token endpoint.',
    presence: 'required',
    change: 'in-place',
    read: 'clear',
  },
  client_secret: {
    kind: 'secret',
    forms: ['ref', 'generate'],
    doc: 'Client secret that Sinch presents to the token endpoint.',
    presence: 'required',
    change: 'in-place',
    read: 'maybe-masked',
  },
  endpoint: {
    kind: 'url',
    schemes: ['https', 'http'],
    doc: 'Your token endpoint. Its tokens must live 30 to 3,600 seconds.',
    presence: 'required',
    change: 'in-place',
    read: 'clear',
  },
  scope: {
    kind: 'text',
    minLength: 1,
    maxLength: 1024,
    doc: 'Scopes to ask for, separated by spaces.',
    presence: 'optional',
    absence: { means: 'none' },
    change: 'in-place',
    read: 'clear',
  },
  response_type: {
    kind: 'text',
    minLength: 1,
    maxLength: 64,
    doc: 'Passed on to the token endpoint as it is.',
    presence: 'optional',
    absence: { means: 'none' },
    change: 'in-place',
    read: 'clear',
  },
  token_request_type: {
    kind: 'choice',
    values: ['BASIC', 'FORM'],
    doc: 'Whether the client credentials travel in the Authorization header or in the form.',
    presence: 'optional',
    absence: { means: 'default', value: 'BASIC' },
    change: 'in-place',
    read: 'clear',
  },
}

const fields: Fields = {
  app_id: {
    kind: 'text',
    minLength: 1,
    doc: 'The Conversation API app whose events are delivered.',
    presence: 'required',
    change: 'replace',
    read: 'clear',
    identity: true,
    examples: ['01E9DQJFPWGZ3N2VPBQHF1ZWAB'],
  },
  url: {
    kind: 'url',
    schemes: ['https', 'http'],
    maxLength: 742,
    forbiddenHosts: ['conversation-api.*.sinch.com'],
    doc: 'Receives the deliveries; Sinch calls it target. An app takes each URL once.',
    presence: 'required',
    change: 'in-place',
    read: 'clear',
    identity: true,
    examples: ['https://hooks.example.com/sinch'],
    source: reference,
  },
  url_params: urlParams,
  events: {
    kind: 'set',
    minItems: 1,
    of: {
      kind: 'event',
      known: [
        'MESSAGE_DELIVERY',
        'MESSAGE_SUBMIT',
        'MESSAGE_INBOUND',
        'MESSAGE_INBOUND_SMART_CONVERSATION_REDACTION',
        'EVENT_DELIVERY',
        'EVENT_INBOUND',
        'CONVERSATION_START',
        'CONVERSATION_STOP',
        'CONVERSATION_DELETE',
        'CONTACT_CREATE',
        'CONTACT_DELETE',
        'CONTACT_MERGE',
        'CONTACT_UPDATE',
        'CONTACT_IDENTITIES_DUPLICATION',
        'CAPABILITY',
        'OPT_IN',
        'OPT_OUT',
        'CHANNEL_EVENT',
        'SMART_CONVERSATION',
        'RECORD_NOTIFICATION',
        'UNSUPPORTED',
      ],
      refused: { UNSPECIFIED_TRIGGER: 'Sinch documents that using it causes errors.' },
      aliases: triggerAliases,
    },
    doc: 'Events to deliver; Sinch calls them triggers.',
    presence: 'required',
    change: 'in-place',
    read: 'clear',
    examples: [['MESSAGE_INBOUND', 'MESSAGE_DELIVERY']],
    source: reference,
  },
  enabled: {
    kind: 'boolean',
    doc: 'Whether events are delivered. `false` makes Sinch dismiss them (target_type DISMISS).',
    presence: 'optional',
    absence: { means: 'default', value: true },
    change: 'in-place',
    read: 'clear',
  },
  signing_secret: {
    kind: 'secret',
    forms: ['ref', 'generate'],
    doc: 'Key that signs deliveries. A change holds at once: receivers should accept both meanwhile.',
    presence: 'optional',
    absence: { means: 'left-alone' },
    change: 'in-place',
    read: 'maybe-masked',
    clearable: true,
  },
  client_credentials: {
    kind: 'object',
    fields: clientCredentials,
    doc: 'OAuth 2.0 client credentials that Sinch uses to get a token for calling `url`.',
    presence: 'optional',
    absence: { means: 'left-alone' },
    change: 'in-place',
    read: 'maybe-masked',
    clearable: true,
  },
}

/** Webhooks of Sinch Conversation API apps. */
export const sinch: ProviderDefinition = {
  type: 'sinch',
  title: 'Sinch',
  doc: 'a webhook of a Sinch Conversation API app: one URL and the events it receives, changed in place',
  docsUrl: reference,
  baseUrl: 'https://{region}.conversation.api.sinch.com',
  hosts: ['*.conversation.api.sinch.com', 'auth.sinch.com', '*.auth.sinch.com'],
  settings,
  auth,
  fields,
  accountIdentity: ['region', 'project_id'],
  scope: 'app_id',
  uniqueIdentity: 'yes',
  update: 'in-place',
  quota: { limit: 5, per: ['app_id'], words: 'per app' },
  limits: { concurrency: 16, requestsPerSecond: 800 },
  check: checkReceiver,
}
