import { describeProvider } from './describe-provider.ts'
import { aSecret } from './open-account.ts'
import { foreign, provider, url } from './sendblue-world.ts'

describeProvider(provider, {
  webhook: { url, events: ['receive', 'outbound'], signing_secret: aSecret('signing-secret-0123456789') },
  foreign: {
    url: 'https://theirs.example.com/sendblue',
    events: ['receive'],
    signing_secret: aSecret('their-secret-0123456789'),
    phone_numbers: ['+14155550199'],
  },
  clutter: ({ webhooks }, { unknown_types: types = 'kept', unknown_members: members = 'kept' }) => {
    const kept = [
      foreign.plain,
      foreign.signed,
      ...(types === 'kept' ? [foreign.unknown] : []),
      ...(members === 'kept' ? [foreign.labeled] : []),
    ]
    for (const webhook of kept) webhooks.put({ form: 'object', ...webhook })
  },
  changes: {
    url: [{ url: 'https://hooks.example.com/moved' }],
    url_params: [{ url_params: { token: aSecret('t0ken-0123456789') } }],
    events: [{ events: ['receive', 'call_log'] }, { events: ['receive'] }],
    signing_secret: [{ signing_secret: aSecret('rotated-secret-0123456789') }, { signing_secret: null }],
    phone_numbers: [
      { events: ['receive'], phone_numbers: ['+14155550100'] },
      { events: ['receive'], phone_numbers: ['+14155550101', '+14155550102'] },
    ],
  },
  edits: {
    url: { url: 'https://elsewhere.example.com/' },
    url_params: { url: `${url}?token=other` },
    events: { type: 'line_blocked' },
    signing_secret: { secret: 'edited-by-hand-0123456789' },
    phone_numbers: { type: 'receive', sendblue_numbers: ['+14155550100'] },
  },
  readings: [
    {
      duplicate_append: 'ignored',
      delete_absent: '404',
      put_without_global_secret: 'keeps',
      http_urls: 'refused',
      contact_created_objects: 'refused',
      numbers_off_receive: 'ignored',
      empty_types: 'absent',
      write_answer: 'partial',
      entry_form: 'strings',
      array_order: 'sorted',
      error_body: 'message',
    },
    {
      duplicate_append: 'replaced',
      delete_twins: 'first',
      http_urls: 'kept',
      numbers_off_receive: 'kept',
      empty_types: 'all',
      write_answer: 'none',
      entry_form: 'objects',
      array_order: 'shuffled',
      legacy_secret: 'shown',
      error_body: 'error',
      unauthorized_status: 403,
    },
    {
      duplicate_append: '400',
      duplicate_by: 'url',
      omitted_type: 'refused',
      unknown_types: 'dropped',
      unknown_members: 'dropped',
      status_field: 'absent',
      error_body: 'error_message',
      validation_status: 422,
    },
    { duplicate_append: '409', unknown_types: 'refused', errors_with_200: true },
  ],
  elsewhere: { gated_types: 'sendblue-surprises.test.ts', secrets_in_reads: 'sendblue-surprises.test.ts' },
})
