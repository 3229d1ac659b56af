import { smallest } from '../../src/providers/smallest/declaration.ts'
import { describeProvider } from './describe-provider.ts'
import { aSecret } from './open-account.ts'

const agent = 'a6e270000000000000000001'
const otherAgent = 'a6e270000000000000000002'

describeProvider(
  { definition: smallest, load: () => import('../../src/providers/smallest/api.ts') },
  {
    webhook: () => ({
      url: 'https://hooks.example.com/smallest',
      description: 'Conversations',
      subscriptions: [{ agent_id: agent, events: ['post-conversation', 'pre-conversation'] }],
      headers: { 'X-Team': 'voice', Authorization: aSecret('Bearer header-secret-0123456789') },
    }),
    other: () => ({
      url: 'https://hooks.example.com/other',
      subscriptions: [{ agent_id: otherAgent, events: ['analytics-completed'] }],
    }),
    changes: {
      url: 'https://hooks.example.com/moved',
      description: 'Calls',
      subscriptions: [
        { agent_id: otherAgent, events: ['pre-conversation'] },
        { agent_id: agent, events: ['analytics-completed'] },
      ],
      headers: { 'X-Team': 'calls' },
    },
    readings: [
      {
        secret_in_list: false,
        headers_in_reads: 'present',
        headers_on_create: 'accepted',
        list_shape: 'object-when-one',
      },
      { single_shape: 'array', headers_on_create: 'refused', patch_duplicate_url: 'accepted', http_urls: 'refused' },
      { description_on_create: 'non-empty', unset_description: 'empty', url_uniqueness: 'normalized' },
      { description_on_create: 'optional', unset_description: 'null', events_on_create: 'non-empty' },
      { create_for_busy_agent: 'replaces', events_on_create: 'optional', empty_event_types: 'detaches' },
      { create_for_busy_agent: 'refused', agent_replace: 'refused', unknown_events: 'accepted' },
      { orphans_block_delete: true, access_error_body: 'data', rate_limit_body: 'rateLimit', old_path: 'gone' },
    ],
  },
)
