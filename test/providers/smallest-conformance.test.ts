import { smallest } from '../../src/providers/smallest/declaration.ts'
import { describeProvider } from './describe-provider.ts'
import { aSecret, captureTo } from './open-account.ts'
import { subscribe } from './smallest-world.ts'

const ann = 'a6e270000000000000000001'
const bob = 'a6e270000000000000000002'
const cleo = 'a6e270000000000000000003'
const url = 'https://hooks.example.com/smallest'

describeProvider(
  { definition: smallest, load: () => import('../../src/providers/smallest/api.ts') },
  {
    webhook: {
      url,
      description: 'Conversations',
      subscriptions: subscribe({ [ann]: ['post-conversation'], [bob]: ['pre-conversation', 'analytics-completed'] }),
      headers: { 'X-Team': 'voice', Authorization: aSecret('Bearer header-secret-0123456789') },
      signing_secret: captureTo('ref+age://secrets.age#/smallest'),
    },
    foreign: {
      url: 'https://theirs.example.com/smallest',
      description: 'theirs',
      subscriptions: subscribe({ [cleo]: ['post-conversation'] }),
    },
    changes: {
      url: [{ url: 'https://hooks.example.com/moved' }],
      url_params: [{ url_params: { token: aSecret('t0ken-0123456789') } }],
      description: [{ description: 'Calls' }],
      subscriptions: [
        { subscriptions: subscribe({ [bob]: ['post-conversation'], [ann]: ['analytics-completed'] }) },
        { subscriptions: [] },
      ],
      headers: [{ headers: { 'X-Team': 'calls' } }, { headers: {} }, { headers: null }],
      signing_secret: [{ signing_secret: captureTo('ref+age://secrets.age#/smallest/moved') }],
    },
    edits: {
      url: { url: 'https://elsewhere.example.com/' },
      url_params: { url: `${url}?token=other` },
      description: { description: 'edited by hand' },
      subscriptions: { subscriptions: [] },
      enabled: { status: 'disabled' },
    },
    // The vendor makes it, and no call changes it.
    fixed: ['signing_secret'],
    readings: [
      {
        secret_in_list: false,
        headers_in_reads: 'present',
        headers_on_create: 'refused',
        list_shape: 'object-when-one',
        single_shape: 'array',
        description_on_create: 'non-empty',
        unset_description: 'empty',
        rate_limit_body: 'rateLimit',
      },
      {
        headers_on_create: 'accepted',
        description_on_create: 'optional',
        unset_description: 'null',
        create_for_busy_agent: 'replaces',
        events_on_create: 'non-empty',
        url_uniqueness: 'normalized',
      },
      {
        create_for_busy_agent: 'refused',
        agent_replace: 'refused',
        patch_duplicate_url: 'accepted',
        access_error_body: 'data',
        orphans_block_delete: true,
      },
      {
        events_on_create: 'optional',
        empty_event_types: 'detaches',
        unknown_events: 'accepted',
        http_urls: 'refused',
        old_path: 'gone',
      },
    ],
    elsewhere: { config_freeze: 'smallest-webhooks.test.ts' },
  },
)
