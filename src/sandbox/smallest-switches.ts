import type { SwitchSpecs } from './switches.ts'

/** The unknowns and disagreements of the smallest.ai documentation. */
export const smallestSwitches: SwitchSpecs = {
  secret_in_list: {
    default: true,
    doc: 'Tells `decryptedSecretKey` in a list as well; the older page has it only for a single webhook.',
  },
  headers_in_reads: {
    default: 'absent',
    values: ['absent', 'present'],
    doc: 'Custom headers in answers; the read model does not have them.',
  },
  headers_on_create: {
    default: 'ignored',
    values: ['ignored', 'accepted', 'refused'],
    doc: '`headers` in a create; only PATCH documents them.',
  },
  list_shape: {
    default: 'array',
    values: ['array', 'object-when-one'],
    doc: '`data` of a list: always an array, or an object when there is one webhook.',
  },
  single_shape: { default: 'object', values: ['object', 'array'], doc: '`data` of a single webhook.' },
  patch_duplicate_url: {
    default: '400',
    values: ['400', 'accepted'],
    doc: 'PATCH to the URL of another webhook.',
  },
  url_uniqueness: {
    default: 'exact',
    values: ['exact', 'normalized'],
    doc: 'When two URLs are the same: by text, or with host case, default port and a trailing slash ignored.',
  },
  description_on_create: {
    default: 'required',
    values: ['required', 'non-empty', 'optional'],
    doc: 'What a create asks of `description`: any text, more than "", or nothing.',
  },
  unset_description: {
    default: 'absent',
    values: ['absent', 'empty', 'null'],
    doc: 'A description that was never given, in answers.',
  },
  events_on_create: {
    default: 'required',
    values: ['required', 'non-empty', 'optional'],
    doc: 'What a create asks of `events`: an array, more than `[]`, or nothing.',
  },
  create_for_busy_agent: {
    default: 'adds',
    values: ['adds', 'replaces', 'refused'],
    doc: 'A create that names an agent with subscriptions to other webhooks: it gets more, loses those, or the create is refused.',
  },
  agent_replace: {
    default: 'replaces',
    values: ['replaces', 'refused'],
    doc: 'Setting the subscriptions of an agent that has some: replaces them, or answers 400 as until May 2026.',
  },
  empty_event_types: {
    default: 'refused',
    values: ['refused', 'detaches'],
    doc: 'Setting the subscriptions of an agent to no event types.',
  },
  unknown_events: {
    default: 'refused',
    values: ['refused', 'accepted'],
    doc: 'Event types outside the documented three.',
  },
  http_urls: { default: 'accepted', values: ['accepted', 'refused'], doc: 'URLs with http://.' },
  orphans_block_delete: {
    default: false,
    doc: 'Whether a subscription of an agent that is gone keeps its webhook from being deleted.',
  },
  access_error_body: {
    default: 'errors',
    values: ['errors', 'data'],
    doc: 'A 401 or 403 tells its message in `errors` or in `data`.',
  },
  rate_limit_body: {
    default: 'retry_after',
    values: ['retry_after', 'rateLimit'],
    doc: 'The body of a 429 that tells the waiting time; one that does not has `errors`.',
  },
  config_freeze: { default: false, doc: 'Answers 423 `config_freeze_active` to writes of agents.' },
  old_path: {
    default: 'served',
    values: ['served', 'gone'],
    doc: 'The paths of the older host, `/api/v1`.',
  },
}
