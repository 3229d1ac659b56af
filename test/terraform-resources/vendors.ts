import type { VendorSandbox } from '../../src/sandbox/index.ts'
import type { Verb } from './engine.ts'
import type { Written } from './value-rules.ts'

/** A change of the configuration, and what the engine makes of it. */
export interface Edit {
  readonly patch: Written
  readonly verb: Verb
  readonly forcedBy?: readonly string[]
}

/** What the tests need to know of a vendor's resource. */
export interface VendorCase {
  readonly type: string
  readonly account: (standIn: Pick<VendorSandbox, 'baseUrl' | 'credentials'>) => Written
  readonly webhook: Written
  /** One that lives beside it. */
  readonly other: Written
  readonly edits: Readonly<Record<string, Edit>>
  /** What the vendor takes for the same as what is declared: no difference may show. */
  readonly same: readonly Written[]
  /** Changes made at the vendor, and the attribute they show in. */
  readonly drift: Readonly<Record<string, Written>>
  /** Ways the vendor may behave that its documentation leaves open, beside what the stand-in does by itself. */
  readonly readings: readonly Readonly<Record<string, string | number | boolean>>[]
  /** Attributes that only an import cannot know, because the vendor hides them or they are secret. */
  readonly hidden: readonly string[]
}

const canary = (name: string): string => `canary-${name}-0123456789`

const sinch: VendorCase = {
  type: 'sinch',
  account: ({ baseUrl, credentials }) => ({
    project_id: credentials['project_id'],
    region: 'eu',
    key_id: credentials['key_id'],
    key_secret: credentials['key_secret'],
    base_url: baseUrl,
    auth_url: baseUrl,
    rate_limit: 10_000,
  }),
  webhook: {
    app_id: '01SANDBOXAPP00000000000001',
    url: 'https://hooks.example.com/sinch',
    events: ['MESSAGE_INBOUND', 'SMART_CONVERSATION'],
    signing_secret_wo: canary('signing'),
    signing_secret_wo_version: 1,
    client_credentials: {
      client_id: 'hooks',
      client_secret_wo: canary('client'),
      client_secret_wo_version: 1,
      endpoint: 'https://id.example.com/token',
    },
  },
  other: {
    app_id: '01SANDBOXAPP00000000000001',
    url: 'https://hooks.example.com/sinch/other',
    events: ['OPT_IN'],
  },
  edits: {
    app_id: { patch: { app_id: '01SANDBOXAPP00000000000002' }, verb: 'replace', forcedBy: ['app_id'] },
    url: { patch: { url: 'https://hooks.example.com/moved' }, verb: 'update' },
    events: { patch: { events: ['MESSAGE_DELIVERY', 'OPT_OUT'] }, verb: 'update' },
    enabled: { patch: { enabled: false }, verb: 'update' },
    secret: { patch: { signing_secret_wo: canary('rotated'), signing_secret_wo_version: 2 }, verb: 'update' },
    inner: {
      patch: {
        client_credentials: {
          client_id: 'hooks-2',
          client_secret_wo: canary('client'),
          client_secret_wo_version: 1,
          endpoint: 'https://id.example.com/token',
          token_request_type: 'FORM',
        },
      },
      verb: 'update',
    },
    params: { patch: { url_params_wo: { token: canary('param') }, url_params_wo_version: 1 }, verb: 'update' },
  },
  same: [{ events: ['SMART_CONVERSATIONS', 'MESSAGE_INBOUND'] }, { enabled: true }],
  drift: {
    url: { target: 'https://elsewhere.example.com/' },
    events: { triggers: ['MESSAGE_INBOUND'] },
    enabled: { target_type: 'DISMISS' },
  },
  readings: [
    { secrets_in_reads: 'masked', trigger_order: 'shuffled', target_type_default: 'HTTP', delete_answer: '200-object' },
    { secrets_in_reads: 'absent', unset_secret: 'empty', trigger_order: 'sorted', echo_token_request_type: false },
  ],
  hidden: ['signing_secret_wo_version', 'client_credentials'],
}

const sendblue: VendorCase = {
  type: 'sendblue',
  account: ({ baseUrl, credentials: { api_key, api_secret } }) => ({
    api_key,
    api_secret,
    base_url: baseUrl,
    rate_limit: 10_000,
  }),
  webhook: {
    url: 'https://hooks.example.com/sendblue',
    events: ['receive', 'outbound'],
    signing_secret_wo: canary('signing'),
    signing_secret_wo_version: 1,
  },
  other: { url: 'https://hooks.example.com/sendblue/other', events: ['receive'] },
  edits: {
    url: { patch: { url: 'https://hooks.example.com/moved' }, verb: 'replace', forcedBy: ['url'] },
    events: { patch: { events: ['receive', 'call_log'] }, verb: 'update' },
    fewer: { patch: { events: ['receive'] }, verb: 'update' },
    secret: { patch: { signing_secret_wo: canary('rotated'), signing_secret_wo_version: 2 }, verb: 'update' },
    numbers: { patch: { events: ['receive'], phone_numbers: ['+14155550100'] }, verb: 'update' },
    params: { patch: { url_params_wo: { token: canary('param') }, url_params_wo_version: 1 }, verb: 'update' },
  },
  same: [{ url: 'http://hooks.example.com/sendblue' }, { events: ['outbound', 'receive'] }],
  // Only `receive` takes numbers: an account with others would be none that the vendor can have.
  drift: { events: { type: 'line_blocked', sendblue_numbers: undefined } },
  readings: [
    { entry_form: 'strings', array_order: 'sorted', write_answer: 'partial', empty_types: 'absent' },
    { entry_form: 'objects', array_order: 'shuffled', write_answer: 'none', empty_types: 'all' },
  ],
  hidden: ['signing_secret_wo_version'],
}

const ann = 'a6e270000000000000000001'
const bob = 'a6e270000000000000000002'
const cleo = 'a6e270000000000000000003'

const smallest: VendorCase = {
  type: 'smallest',
  account: ({ baseUrl, credentials: { api_key } }) => ({ api_key, base_url: baseUrl, rate_limit: 10_000 }),
  webhook: {
    url: 'https://hooks.example.com/smallest',
    subscriptions: [
      { agent_id: ann, events: ['post-conversation'] },
      { agent_id: bob, events: ['pre-conversation', 'analytics-completed'] },
    ],
    headers_wo: { 'X-Team': 'voice', Authorization: canary('header') },
    headers_wo_version: 1,
  },
  other: {
    url: 'https://hooks.example.com/smallest/other',
    description: 'other',
    subscriptions: [{ agent_id: cleo, events: ['post-conversation'] }],
  },
  edits: {
    url: { patch: { url: 'https://hooks.example.com/moved' }, verb: 'update' },
    description: { patch: { description: 'Calls' }, verb: 'update' },
    subscriptions: { patch: { subscriptions: [{ agent_id: ann, events: ['analytics-completed'] }] }, verb: 'update' },
    none: { patch: { subscriptions: [] }, verb: 'update' },
    headers: { patch: { headers_wo: { 'X-Team': 'calls' }, headers_wo_version: 2 }, verb: 'update' },
  },
  same: [
    {
      subscriptions: [
        { agent_id: bob, events: ['analytics-completed', 'pre-conversation'] },
        { agent_id: ann, events: ['post-conversation'] },
      ],
    },
  ],
  drift: {
    url: { url: 'https://elsewhere.example.com/' },
    subscriptions: { subscriptions: [] },
    enabled: { status: 'disabled' },
  },
  readings: [
    { secret_in_list: false, list_shape: 'object-when-one', unset_description: 'empty', headers_in_reads: 'present' },
    { unset_description: 'null', create_for_busy_agent: 'replaces' },
  ],
  hidden: ['headers_wo_version'],
}

const channel = { key: 'channelId', value: '7b3f6a52-0a3c-4b61-9d0c-3a3b3b8f5f10' }
const delivered = { key: 'messageStatus', value: 'delivered' }

const bird: VendorCase = {
  type: 'bird',
  account: ({ baseUrl, credentials: { workspace_id, access_key } }) => ({
    workspace_id,
    access_key,
    base_url: baseUrl,
    rate_limit: 10_000,
  }),
  webhook: {
    service: 'channels',
    events: ['sms.outbound', 'whatsapp.outbound'],
    url: 'https://hooks.example.com/bird',
    filters: [channel, delivered],
    template: 'text',
    signing_secret_wo: canary('signing'),
    signing_secret_wo_version: 1,
    enabled: false,
  },
  other: { service: 'conversations', events: ['conversation.created'], url: 'https://hooks.example.com/bird/other' },
  edits: {
    service: { patch: { service: 'payments' }, verb: 'replace', forcedBy: ['service'] },
    events: { patch: { events: ['sms.outbound', 'line.outbound'] }, verb: 'update' },
    fewer: { patch: { events: ['sms.outbound'] }, verb: 'update' },
    url: { patch: { url: 'https://hooks.example.com/moved' }, verb: 'update' },
    filters: { patch: { filters: [delivered, channel, { key: 'messageStatus', value: 'accepted' }] }, verb: 'update' },
    unfiltered: { patch: { filters: null }, verb: 'update' },
    template: { patch: { template: 'twilio' }, verb: 'update' },
    enabled: { patch: { enabled: true }, verb: 'update' },
    secret: { patch: { signing_secret_wo: canary('rotated'), signing_secret_wo_version: 2 }, verb: 'update' },
  },
  same: [{ filters: [delivered, channel] }, { events: ['whatsapp.outbound', 'sms.outbound'] }],
  drift: {
    url: { url: 'https://elsewhere.example.com/' },
    template: { template: 'twilio' },
    enabled: { status: 'active' },
  },
  readings: [
    {
      read_fields: 'lean',
      unset_filters: 'null',
      cleared_by: 'null',
      filter_order: 'reversed',
      last_page_token: 'empty',
    },
    { signing_key_in_reads: 'masked', unset_filters: 'empty', cleared_by: 'empty', filter_order: 'sorted' },
    { signing_key_in_reads: 'shown' },
  ],
  hidden: ['signing_secret_wo_version'],
}

const tellcasey: VendorCase = {
  type: 'tellcasey',
  account: ({ baseUrl, credentials: { api_key } }) => ({ api_key, base_url: baseUrl, rate_limit: 10_000 }),
  webhook: { url: 'https://hooks.example.com/casey', description: 'Conversations' },
  other: { url: 'https://hooks.example.com/casey/other', events: ['conversation.started'] },
  edits: {
    url: { patch: { url: 'https://hooks.example.com/moved' }, verb: 'replace', forcedBy: ['url'] },
    description: { patch: { description: 'Calls' }, verb: 'replace', forcedBy: ['description'] },
    events: { patch: { events: ['conversation.started'] }, verb: 'replace', forcedBy: ['events'] },
    params: {
      patch: { url_params_wo: { token: canary('param') }, url_params_wo_version: 1 },
      verb: 'replace',
      forcedBy: ['url_params_wo_version'],
    },
    options: { patch: { allow_gap: true }, verb: 'update' },
  },
  same: [{ events: ['conversation.completed'] }],
  drift: {
    url: { url: 'https://elsewhere.example.com/' },
    description: { description: 'edited by hand' },
    enabled: { enabled: false },
  },
  readings: [
    { delete_answer: '200-empty', unset_description: 'absent', empty_events: 'kept' },
    { unset_description: 'empty', pagination: true },
  ],
  hidden: [],
}

export const vendorCases: readonly VendorCase[] = [sinch, sendblue, smallest, bird, tellcasey]
