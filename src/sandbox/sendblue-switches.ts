import type { SwitchSpecs } from './switches.ts'

/** The unknowns and disagreements of the Sendblue documentation. */
export const sendblueSwitches: SwitchSpecs = {
  duplicate_append: {
    default: 'twin',
    values: ['twin', 'ignored', 'replaced', '400', '409'],
    doc: 'An append of what the type has: adds a twin, keeps the old entry, takes the new one, or refuses.',
  },
  duplicate_by: {
    default: 'url-and-numbers',
    values: ['url-and-numbers', 'url'],
    doc: 'What makes an appended entry one that the type has.',
  },
  delete_absent: { default: '200', values: ['200', '404'], doc: 'A delete that names a URL the type does not have.' },
  delete_twins: { default: 'all', values: ['all', 'first'], doc: 'Which entries with the URL a delete removes.' },
  put_without_global_secret: {
    default: 'clears',
    values: ['clears', 'keeps'],
    doc: 'What a PUT without `globalSecret` does to it.',
  },
  http_urls: {
    default: 'upgraded',
    values: ['upgraded', 'refused', 'kept'],
    doc: 'URLs with http://: turned into https://, answered with 400, or kept.',
  },
  gated_types: {
    default: 'none',
    doc: 'Types that the account may not use, separated by commas: refused in a POST, silently dropped from a PUT.',
  },
  contact_created_objects: {
    default: 'accepted',
    values: ['accepted', 'refused'],
    doc: 'Entries of `contact_created` that are objects.',
  },
  numbers_off_receive: {
    default: 'refused',
    values: ['refused', 'ignored', 'kept'],
    doc: '`sendblue_numbers` in an entry of another type than `receive`.',
  },
  omitted_type: {
    default: 'receive',
    values: ['receive', 'refused'],
    doc: 'A POST or DELETE without `type`.',
  },
  unknown_types: {
    default: 'kept',
    values: ['kept', 'dropped', 'refused'],
    doc: 'Arrays of a PUT under a name that is none of the nine types.',
  },
  unknown_members: {
    default: 'kept',
    values: ['kept', 'dropped'],
    doc: 'Members of an entry that no page names.',
  },
  empty_types: {
    default: 'array',
    values: ['array', 'absent', 'all'],
    doc: 'Types without entries in answers: `[]` once they were written, never there, or `[]` for all nine.',
  },
  write_answer: {
    default: 'whole',
    values: ['whole', 'partial', 'none'],
    doc: '`webhooks` in the answer to a POST or PUT: the whole document, the types of the request, or nothing.',
  },
  entry_form: {
    default: 'as-written',
    values: ['as-written', 'strings', 'objects'],
    doc: 'Entries with only a URL, in answers.',
  },
  array_order: { default: 'kept', values: ['kept', 'sorted', 'shuffled'], doc: 'Order of entries in answers.' },
  secrets_in_reads: {
    default: 'clear',
    values: ['clear', 'masked', 'absent'],
    doc: 'How `secret` and `globalSecret` come back; no page speaks of a mask.',
  },
  legacy_secret: {
    default: 'absent',
    values: ['absent', 'shown'],
    doc: 'Whether the account has the old `secret` beside `globalSecret`.',
  },
  status_field: { default: 'present', values: ['present', 'absent'], doc: '`status` in answers.' },
  error_body: {
    default: 'status-message',
    values: ['status-message', 'message', 'error', 'error_message'],
    doc: 'Errors as `{"status":"ERROR","message"}` or with only the named member.',
  },
  errors_with_200: { default: false, doc: 'Answers a refused body with 200 and `{"status":"ERROR","message"}`.' },
  validation_status: { default: 400, values: [400, 422], doc: 'Status of a body that is refused.' },
  unauthorized_status: { default: 401, values: [401, 403], doc: 'Status without a known key pair.' },
}
