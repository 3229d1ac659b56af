import { sinch } from '../../src/providers/sinch/declaration.ts'
import { describeProvider } from './describe-provider.ts'
import { aSecret } from './open-account.ts'

const app_id = '01SANDBOXAPP00000000000001'
const credentials = {
  client_id: 'hooks',
  client_secret: aSecret('client-secret-0123456789'),
  endpoint: 'https://id.example.com/token',
  scope: 'deliver',
}

describeProvider(
  { definition: sinch, load: () => import('../../src/providers/sinch/api.ts') },
  {
    settings: ({ baseUrl }) => ({ region: 'eu', auth_url: baseUrl }),
    webhook: {
      app_id,
      url: 'https://hooks.example.com/sinch',
      events: ['MESSAGE_INBOUND', 'SMART_CONVERSATIONS'],
      signing_secret: aSecret('signing-secret-0123456789'),
      client_credentials: credentials,
    },
    foreign: { app_id, url: 'https://theirs.example.com/sinch', events: ['OPT_IN'] },
    changes: {
      app_id: [{ app_id: '01SANDBOXAPP00000000000002' }],
      url: [{ url: 'https://hooks.example.com/moved' }],
      url_params: [{ url_params: { token: aSecret('t0ken-0123456789') } }],
      events: [{ events: ['MESSAGE_DELIVERY', 'OPT_OUT'] }],
      enabled: [{ enabled: false }],
      signing_secret: [{ signing_secret: aSecret('rotated-secret-0123456789') }, { signing_secret: null }],
      client_credentials: [
        { client_credentials: { ...credentials, client_secret: aSecret('rotated-client-0123456789') } },
        { client_credentials: { ...credentials, client_id: 'hooks-2', token_request_type: 'FORM' } },
        { client_credentials: null },
      ],
    },
    edits: {
      url: { target: 'https://elsewhere.example.com/' },
      url_params: { target: 'https://hooks.example.com/sinch?token=other' },
      events: { triggers: ['MESSAGE_INBOUND'] },
      enabled: { target_type: 'DISMISS' },
      signing_secret: { secret: 'edited-by-hand-0123456789' },
      client_credentials: { client_credentials: null },
    },
    fixed: ['app_id'],
    hides: ({ secrets_in_reads: shown }) => (shown === undefined || shown === 'clear' ? [] : ['signing_secret']),
    crowd: (number) => ({ app_id, url: `https://hooks.example.com/${number}`, events: ['MESSAGE_INBOUND'] }),
    // Each row opens accounts of its own, so tokens are many.
    always: { token_rate_per_second: 0 },
    readings: [
      {
        list_empty: 'array',
        error_envelope: 'bare',
        bad_request_name: 'INVALID_REQUEST',
        forbidden_name: 'PERMISSION_DENIED',
        secrets_in_reads: 'masked',
        target_type_default: 'HTTP',
        trigger_order: 'shuffled',
        delete_answer: '200-object',
        patch_without_mask: 'refused',
        app_id_patch: 'refused',
        quota_status: 403,
      },
      {
        secrets_in_reads: 'absent',
        unset_secret: 'empty',
        trigger_order: 'sorted',
        repeated_triggers: 'collapsed',
        delete_answer: '204',
        patch_without_mask: 'replace',
        app_id_patch: 'ignored',
        quota_status: 429,
        triggers_required: true,
        unknown_triggers: 'accepted',
      },
      {
        unset_secret: 'empty',
        http_targets: 'refused',
        target_uniqueness: 'normalized',
        echo_token_request_type: false,
        content_type: 'ignored',
        basic_auth: false,
      },
    ],
    elsewhere: {
      empty_secret: 'sinch-access.test.ts',
      quota: 'sinch-access.test.ts',
      token_lifetime_s: 'sinch-access.test.ts',
      token_rate_per_second: 'sinch-access.test.ts',
      token_burst: 'sinch-access.test.ts',
      billing_blocked: 'sinch-access.test.ts',
      wrong_region: 'sinch-access.test.ts',
    },
  },
)
