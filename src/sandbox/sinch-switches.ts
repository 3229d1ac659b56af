import type { SwitchSpecs } from './switches.ts'

/** The unknowns and disagreements of the Sinch documentation. */
export const sinchSwitches: SwitchSpecs = {
  list_empty: { default: 'object', values: ['object', 'array'], doc: 'An empty list: `{}` or `{"webhooks":[]}`.' },
  error_envelope: { default: 'wrapped', values: ['wrapped', 'bare'], doc: 'Errors as `{"error":{…}}` or as `{…}`.' },
  bad_request_name: {
    default: 'INVALID_ARGUMENT',
    values: ['INVALID_ARGUMENT', 'INVALID_REQUEST'],
    doc: '`status` of a 400, apart from a duplicate target.',
  },
  forbidden_name: {
    default: 'UNAUTHORIZED',
    values: ['UNAUTHORIZED', 'PERMISSION_DENIED'],
    doc: '`status` of a 403.',
  },
  secrets_in_reads: {
    default: 'clear',
    values: ['clear', 'masked', 'absent'],
    doc: 'How `secret` and `client_secret` come back in any answer.',
  },
  unset_secret: { default: 'absent', values: ['absent', 'empty'], doc: 'A `secret` that was never set, in answers.' },
  empty_secret: { default: 'clears', values: ['clears', 'refused'], doc: 'A `secret` of "" in a write.' },
  target_type_default: {
    default: 'DISMISS',
    values: ['DISMISS', 'HTTP'],
    doc: '`target_type` when a create omits it.',
  },
  triggers_required: { default: false, doc: 'Refuses a create without triggers.' },
  unknown_triggers: { default: 'refused', values: ['refused', 'accepted'], doc: 'Triggers outside the documented 21.' },
  trigger_order: {
    default: 'kept',
    values: ['kept', 'sorted', 'shuffled'],
    doc: 'Order of triggers in answers.',
  },
  repeated_triggers: { default: 'kept', values: ['kept', 'collapsed'], doc: 'A trigger that is named twice.' },
  delete_answer: {
    default: '200-empty',
    values: ['200-empty', '200-object', '204'],
    doc: 'Answer to a delete.',
  },
  http_targets: { default: 'accepted', values: ['accepted', 'refused'], doc: 'Targets with http://.' },
  target_uniqueness: {
    default: 'exact',
    values: ['exact', 'normalized'],
    doc: 'When two targets are the same: by text, or with host case, default port and a trailing slash ignored.',
  },
  patch_without_mask: {
    default: 'merge',
    values: ['merge', 'replace', 'refused'],
    doc: 'PATCH without `update_mask`: changes what is there, resets what is not, or answers 400.',
  },
  app_id_patch: {
    default: 'moves',
    values: ['moves', 'ignored', 'refused'],
    doc: 'PATCH with another `app_id`.',
  },
  quota: { default: 5, doc: 'Most webhooks of an app.' },
  quota_status: { default: 400, values: [400, 403, 429], doc: 'Status of a create above the quota.' },
  echo_token_request_type: { default: true, doc: 'Answers `token_request_type: BASIC` where a write omitted it.' },
  content_type: {
    default: 'required',
    values: ['required', 'ignored'],
    doc: 'A body without `Content-Type: application/json`.',
  },
  basic_auth: { default: true, doc: 'Takes key id and secret directly, without a token.' },
  token_lifetime_s: { default: 3600, doc: 'Lifetime of a token.' },
  token_rate_per_second: { default: 10, doc: 'Refill of the token endpoint; 0 is no limit.' },
  token_burst: { default: 30, doc: 'Burst of the token endpoint.' },
  billing_blocked: { default: false, doc: 'Answers 403 BILLING_CREDIT_LIMIT_BREACHED to everything.' },
  wrong_region: { default: false, doc: 'Knows none of the apps, as the host of another region.' },
}
