import { bird } from '../../src/providers/bird/declaration.ts'
import { describeProvider } from './describe-provider.ts'
import { aSecret } from './open-account.ts'

const channel = { key: 'channelId', value: '7b3f6a52-0a3c-4b61-9d0c-3a3b3b8f5f10' }
const delivered = { key: 'messageStatus', value: 'delivered' }
const url = 'https://hooks.example.com/bird'

describeProvider(
  { definition: bird, load: () => import('../../src/providers/bird/api.ts') },
  {
    settings: ({ credentials }) => ({ organization_id: credentials['organization_id'] ?? '' }),
    webhook: {
      service: 'channels',
      events: ['sms.outbound', 'whatsapp.outbound'],
      url,
      filters: [channel, delivered],
      template: 'text',
      signing_secret: aSecret('signing-secret-0123456789'),
      enabled: false,
    },
    foreign: { service: 'conversations', events: ['conversation.created'], url: 'https://theirs.example.com/bird' },
    changes: {
      service: [{ service: 'payments', filters: [] }],
      events: [{ events: ['sms.outbound', 'line.outbound'] }, { events: ['sms.outbound'] }],
      url: [{ url: 'https://hooks.example.com/moved' }],
      url_params: [{ url_params: { token: aSecret('t0ken-0123456789') } }],
      filters: [{ filters: [delivered, channel, { key: 'messageStatus', value: 'accepted' }] }, { filters: [] }],
      template: [{ template: 'twilio' }],
      signing_secret: [{ signing_secret: aSecret('rotated-secret-0123456789') }],
      enabled: [{ enabled: true }],
    },
    edits: {
      url: { url: 'https://elsewhere.example.com/' },
      url_params: { url: `${url}?token=other` },
      filters: { eventFilters: [channel] },
      template: { template: 'twilio' },
      signing_secret: { signingKey: 'edited-by-hand-0123456789' },
      enabled: { status: 'active' },
    },
    fixed: ['service', 'events'],
    hides: ({ signing_key_in_reads: key, read_fields: fields }) => [
      ...(key === 'shown' && fields !== 'lean' ? [] : ['signing_secret']),
      ...(fields === 'lean' ? ['template'] : []),
    ],
    crowd: (number) => ({
      service: 'channels',
      events: ['sms.inbound'],
      url: `https://hooks.example.com/${number}`,
      filters: [channel],
    }),
    readings: [
      {
        path_shape: 'organizations',
        last_page_token: 'empty',
        signing_key_in_reads: 'shown',
        read_fields: 'lean',
        status_reason: 'statusDetails',
        unset_filters: 'null',
        cleared_by: 'null',
        filter_order: 'reversed',
        quota_status: 400,
        validation_status: 400,
      },
      {
        signing_key_in_reads: 'masked',
        status_reason: 'absent',
        unset_filters: 'empty',
        cleared_by: 'empty',
        filter_keys: 'free',
        filter_order: 'sorted',
        unknown_services: 'accepted',
        url_pattern: 'without-port',
        default_limit: 25,
        delete_status: 200,
        quota_status: 409,
      },
      {
        signing_key_in_reads: 'writes',
        quota_scope: 'workspace',
        quota_unfiltered: false,
        foreign_workspace: '404',
      },
    ],
    elsewhere: {
      path_shape: 'bird.test.ts',
      quota: 'bird.test.ts',
      reads_per_second: 'bird.test.ts',
      writes_per_second: 'bird.test.ts',
    },
  },
)
