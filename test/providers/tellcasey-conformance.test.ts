import { tellcasey } from '../../src/providers/tellcasey/declaration.ts'
import { describeProvider } from './describe-provider.ts'
import { aSecret, captureTo } from './open-account.ts'

describeProvider(
  { definition: tellcasey, load: () => import('../../src/providers/tellcasey/api.ts') },
  {
    webhook: {
      url: 'https://hooks.example.com/casey',
      description: 'Conversations',
      events: ['conversation.completed', 'conversation.abandoned'],
      signing_secret: captureTo('ref+age://secrets.age#/casey'),
    },
    foreign: { url: 'https://theirs.example.com/casey' },
    changes: {
      url: [{ url: 'https://hooks.example.com/moved' }],
      url_params: [{ url_params: { token: aSecret('t0ken-0123456789') } }],
      description: [{ description: 'Calls' }],
      events: [{ events: ['conversation.started'] }],
      signing_secret: [{ signing_secret: captureTo('ref+age://secrets.age#/casey/moved') }],
    },
    edits: {
      url: { url: 'https://elsewhere.example.com/' },
      url_params: { url: 'https://hooks.example.com/casey?token=other' },
      description: { description: 'edited by hand' },
      events: { event_types: ['conversation.started'] },
      enabled: { enabled: false },
    },
    readings: [
      {
        create_status: 200,
        delete_answer: '200-object',
        unset_description: 'empty',
        pagination: true,
        http_urls: 'refused',
        unknown_events: 'accepted',
        empty_events: 'defaulted',
        validation_status: 422,
        unsupported_method: '405',
      },
      { delete_answer: '200-empty', unset_description: 'absent', empty_events: 'kept' },
    ],
    elsewhere: { duplicate_url: 'tellcasey.test.ts', max_webhooks: 'tellcasey.test.ts' },
  },
)
