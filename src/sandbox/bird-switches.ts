import type { SwitchSpecs } from './switches.ts'

/** The unknowns and disagreements of the Bird documentation. */
export const birdSwitches: SwitchSpecs = {
  path_shape: {
    default: 'both',
    values: ['both', 'workspaces', 'organizations'],
    doc: 'Which paths exist: `/workspaces/…`, `/organizations/…/workspaces/…`, or both.',
  },
  default_limit: { default: 10, values: [10, 25], doc: 'Size of a page without `limit`.' },
  last_page_token: {
    default: 'absent',
    values: ['absent', 'empty'],
    doc: '`nextPageToken` of the last page.',
  },
  signing_key_in_reads: {
    default: 'hidden',
    values: ['hidden', 'writes', 'shown', 'masked'],
    doc: '`signingKey` in answers: in none, in those to a create or PATCH, in all, or in all behind a mask, of which no page speaks.',
  },
  read_fields: {
    default: 'full',
    values: ['full', 'lean'],
    doc: 'Fields of list and get: all of the schema, or the eight that a live report names, without ids of the owner and `template`.',
  },
  status_reason: {
    default: 'statusReason',
    values: ['statusReason', 'statusDetails', 'absent'],
    doc: 'Name of the explanation of `status`, which the page does not show.',
  },
  unset_filters: {
    default: 'absent',
    values: ['absent', 'null', 'empty'],
    doc: '`eventFilters` of a subscription without filters, in answers.',
  },
  cleared_by: {
    default: 'null-and-empty',
    values: ['null-and-empty', 'null', 'empty'],
    doc: 'What in a PATCH clears `eventFilters`; the other form changes nothing.',
  },
  filter_keys: {
    default: 'checked',
    values: ['checked', 'free'],
    doc: 'Whether a filter must be one that the service documents.',
  },
  filter_order: { default: 'kept', values: ['kept', 'sorted', 'reversed'], doc: 'Order of filters in answers.' },
  unknown_services: {
    default: 'refused',
    values: ['refused', 'accepted'],
    doc: 'Services outside channels, conversations, numbers and payments.',
  },
  url_pattern: {
    default: 'with-port',
    values: ['with-port', 'without-port'],
    doc: 'The newer pattern of `url`, which allows a port, or the older one.',
  },
  quota: { default: 5, doc: 'Most subscriptions with the same filters; 0 is no limit.' },
  quota_scope: {
    default: 'service-and-event',
    values: ['service-and-event', 'workspace'],
    doc: 'Among which subscriptions the quota counts the same filters.',
  },
  quota_unfiltered: { default: true, doc: 'Whether the quota holds for subscriptions without filters.' },
  quota_status: { default: 422, values: [400, 409, 422], doc: 'Status of what exceeds the quota.' },
  validation_status: { default: 422, values: [400, 422], doc: 'Status of a JSON body that breaks the schema.' },
  delete_status: { default: 204, values: [200, 204], doc: 'Status of a delete.' },
  foreign_workspace: {
    default: '403',
    values: ['403', '404'],
    doc: 'Status for a workspace that the key does not cover.',
  },
  reads_per_second: {
    default: 0,
    doc: 'GET requests per second and workspace; the Channels API documents 50. 0 is no limit.',
  },
  writes_per_second: {
    default: 0,
    doc: 'Other requests per second and workspace; the Channels API documents 500. 0 is no limit.',
  },
}
