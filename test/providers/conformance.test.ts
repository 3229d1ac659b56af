import { findProvider, type Provider } from '../../src/providers/registry.ts'
import { sinch } from '../../src/providers/sinch/declaration.ts'
import { tellcasey } from '../../src/providers/tellcasey/declaration.ts'
import { describeProvider } from './describe-provider.ts'
import { aSecret } from './open-account.ts'

describeProvider(providerOf(tellcasey.type), {
  webhook: () => ({
    url: 'https://hooks.example.com/casey',
    description: 'Conversations',
    events: ['conversation.completed', 'conversation.abandoned'],
  }),
  other: () => ({ url: 'https://hooks.example.com/other' }),
  changes: {},
  readings: [
    { create_status: 200, delete_answer: '200-object', unset_description: 'empty', pagination: true },
    { delete_answer: '200-empty', unset_description: 'absent', duplicate_url: '409' },
  ],
})

describeProvider(providerOf(sinch.type), {
  settings: (standIn) => ({ region: 'eu', auth_url: standIn.baseUrl }),
  webhook: (standIn) => ({
    app_id: standIn.credentials['app_id'] ?? '',
    url: 'https://hooks.example.com/sinch',
    events: ['MESSAGE_INBOUND', 'SMART_CONVERSATIONS'],
    enabled: true,
    signing_secret: aSecret('signing-secret-0123456789'),
    client_credentials: {
      client_id: 'hooks',
      client_secret: aSecret('client-secret-0123456789'),
      endpoint: 'https://id.example.com/token',
      scope: 'deliver',
    },
  }),
  other: (standIn) => ({
    app_id: standIn.credentials['app_id'] ?? '',
    url: 'https://hooks.example.com/other',
    events: ['OPT_IN'],
    enabled: false,
  }),
  changes: {
    url: 'https://hooks.example.com/moved',
    events: ['MESSAGE_DELIVERY', 'OPT_OUT'],
    enabled: false,
    signing_secret: aSecret('another-secret-0123456789'),
    client_credentials: {
      client_id: 'hooks-2',
      client_secret: aSecret('another-client-secret'),
      endpoint: 'https://id.example.com/token',
      token_request_type: 'FORM',
    },
  },
  readings: [
    { list_empty: 'array', error_envelope: 'bare', delete_answer: '200-object', echo_token_request_type: false },
    { secrets_in_reads: 'masked', trigger_order: 'shuffled', delete_answer: '204', target_type_default: 'HTTP' },
    { secrets_in_reads: 'absent', patch_without_mask: 'refused', triggers_required: true, basic_auth: false },
    { unset_secret: 'empty', patch_without_mask: 'replace', target_uniqueness: 'normalized', app_id_patch: 'refused' },
  ],
})

function providerOf(type: string): Provider {
  const provider = findProvider(type)
  if (provider === undefined) throw new Error(`There is no provider ${type}.`)
  return provider
}
