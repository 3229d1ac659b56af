import type { Fields } from '../../core/field.ts'
import type { FieldFinding, ProviderDefinition } from '../../core/provider.ts'
import type { DesiredValues } from '../../core/value.ts'
import { credentialField } from '../credential-field.ts'
import { checkReceiver, urlParams } from '../receiver-url.ts'
import { callsOf } from './calls-of.ts'
import { upgradeToHttps } from './entry.ts'
import { findDocumentHazards } from './hazards.ts'
import { compileDocument } from './steps.ts'

/** The event types, each a list in the document; the last two are newer than the vendor's page. */
export const eventTypes = [
  'receive',
  'outbound',
  'line_blocked',
  'line_assigned',
  'call_log',
  'contact_created',
  'typing_indicator',
  'inbound_call',
  'contact_profile',
] as const

const reference = 'https://docs.sendblue.com/getting-started/webhooks'
const security = 'https://docs.sendblue.com/security'

const auth: Fields = {
  api_key: credentialField('API key id of the account (`sb-api-key-id`).', 'SENDBLUE_API_API_KEY'),
  api_secret: credentialField('API secret key of the account (`sb-api-secret-key`).', 'SENDBLUE_API_API_SECRET'),
}

const accountFields: Fields = {
  global_signing_secret: {
    kind: 'secret',
    forms: ['ref', 'generate'],
    doc: 'Sent with every delivery of the account that has no signing secret of its own, also of webhooks not declared here.',
    presence: 'optional',
    absence: { means: 'left-alone' },
    change: 'in-place',
    read: 'clear',
  },
}

const fields: Fields = {
  url: {
    kind: 'url',
    schemes: ['https', 'http'],
    normalize: upgradeToHttps,
    doc: 'Receives the deliveries. Sendblue turns `http://` into `https://`.',
    presence: 'required',
    change: 'replace',
    read: 'clear',
    identity: true,
    examples: ['https://hooks.example.com/sendblue'],
    source: security,
  },
  url_params: urlParams,
  events: {
    kind: 'set',
    minItems: 1,
    of: {
      kind: 'event',
      known: eventTypes,
      refused: { globalSecret: 'It is the account-wide secret: declare global_signing_secret of the account.' },
    },
    doc: 'Events to deliver; Sendblue calls them types. Some, such as typing_indicator, must be enabled for the account.',
    presence: 'required',
    change: 'in-place',
    read: 'clear',
    examples: [['receive', 'outbound']],
    source: reference,
  },
  signing_secret: {
    kind: 'secret',
    forms: ['ref', 'generate'],
    doc: 'Sent word for word in the header `sb-signing-secret` of each delivery.',
    presence: 'optional',
    absence: { means: 'left-alone' },
    change: 'in-place',
    read: 'clear',
    clearable: true,
    source: security,
  },
  phone_numbers: {
    kind: 'set',
    minItems: 1,
    of: { kind: 'text', pattern: '^\\+[1-9][0-9]{1,14}$', patternHint: 'a phone number such as +14155550100' },
    doc: 'Only messages to these lines are delivered; for the event `receive` alone.',
    presence: 'optional',
    absence: { means: 'none' },
    change: 'in-place',
    read: 'clear',
    identity: true,
    examples: [['+14155550100']],
  },
}

function checkWebhook(fields: DesiredValues): readonly FieldFinding[] {
  return [...checkReceiver(fields), ...checkPhoneNumbers(fields), ...checkContactSecret(fields)]
}

function checkPhoneNumbers({ events, phone_numbers: numbers }: DesiredValues): readonly FieldFinding[] {
  if (numbers === undefined || !Array.isArray(events)) return []
  const others = events.filter((event) => event !== 'receive')
  if (others.length === 0) return []
  return [
    {
      path: ['phone_numbers'],
      severity: 'error',
      message: `Sendblue limits only the event "receive" to phone numbers, not "${others.join('", "')}".`,
      hint: 'Declare the other events as a webhook of their own.',
    },
  ]
}

function checkContactSecret({ events, signing_secret: secret }: DesiredValues): readonly FieldFinding[] {
  if (secret === undefined || secret === null) return []
  if (!Array.isArray(events) || !events.includes('contact_created')) return []
  return [
    {
      path: ['signing_secret'],
      severity: 'warning',
      message: 'Some Sendblue accounts refuse a signing secret for "contact_created".',
      hint: 'If it is refused, declare contact_created as a webhook of its own, without signing_secret.',
    },
  ]
}

/** Webhooks of a Sendblue account. */
export const sendblue: ProviderDefinition = {
  type: 'sendblue',
  title: 'Sendblue',
  doc: 'a URL listed under one or more event types in the one webhook document of a Sendblue account',
  docsUrl: reference,
  baseUrl: 'https://api.sendblue.com',
  hosts: ['api.sendblue.com', 'api.sendblue.co'],
  settings: {},
  auth,
  fields,
  accountFields,
  accountIdentity: [],
  fanOut: 'events',
  partInId: true,
  // Whether appending a URL twice keeps both is not documented.
  uniqueIdentity: 'unknown',
  update: 'in-place',
  // One document for the whole account: writes side by side would lose one another.
  limits: { concurrency: 1, requestsPerSecond: 10 },
  check: checkWebhook,
  hazards: findDocumentHazards,
  hazardKinds: ['impossible'],
  steps: compileDocument,
  callsOf,
}
