import type { Field, Fields } from '../../src/core/field.ts'
import type { ProviderDefinition } from '../../src/core/provider.ts'

const events = ['opened', 'closed', 'moved'] as const

const url: Field = {
  kind: 'url',
  schemes: ['https', 'http'],
  doc: 'Receives the deliveries.',
  presence: 'required',
  change: 'in-place',
  read: 'clear',
  identity: true,
}

const eventList: Field = {
  kind: 'set',
  of: { kind: 'event', known: events, aliases: { shut: 'closed' } },
  doc: 'Events to deliver.',
  presence: 'required',
  change: 'in-place',
  read: 'clear',
}

const enabled: Field = {
  kind: 'boolean',
  doc: 'Whether events are delivered.',
  presence: 'optional',
  absence: { means: 'default', value: true },
  change: 'in-place',
  read: 'clear',
}

const description: Field = {
  kind: 'text',
  doc: 'Free text.',
  presence: 'optional',
  absence: { means: 'left-alone' },
  change: 'in-place',
  read: 'clear',
}

const ownSecret: Field = {
  kind: 'secret',
  forms: ['ref', 'generate'],
  doc: 'Signs deliveries.',
  presence: 'optional',
  absence: { means: 'left-alone' },
  change: 'in-place',
  read: 'maybe-masked',
  clearable: true,
}

const vendorSecret: Field = {
  kind: 'secret',
  forms: ['capture'],
  doc: 'Signs deliveries; made by the vendor.',
  presence: 'optional',
  absence: { means: 'left-alone' },
  change: 'in-place',
  read: 'never',
}

const credentials: Field = {
  kind: 'object',
  fields: {
    client_id: { ...description, doc: 'Id.', presence: 'required' },
    client_secret: { ...ownSecret, doc: 'Secret.', presence: 'required' },
    type: {
      kind: 'choice',
      values: ['BASIC', 'FORM'],
      doc: 'How they travel.',
      presence: 'optional',
      absence: { means: 'default', value: 'BASIC' },
      change: 'in-place',
      read: 'clear',
    },
  },
  doc: 'Credentials for calling the receiver.',
  presence: 'optional',
  absence: { means: 'left-alone' },
  change: 'in-place',
  read: 'maybe-masked',
  clearable: true,
}

const app: Field = { ...description, doc: 'The app.', presence: 'required', change: 'replace', identity: true }

const filters: Field = {
  kind: 'bag',
  of: {
    kind: 'object',
    fields: {
      key: { ...description, presence: 'required' },
      value: { ...description, presence: 'required' },
    },
  },
  doc: 'Only matching events are delivered.',
  presence: 'optional',
  absence: { means: 'none' },
  change: 'in-place',
  read: 'clear',
  identity: true,
}

function define(
  type: string,
  fields: Fields,
  traits: Pick<ProviderDefinition, 'uniqueIdentity' | 'update'> & Partial<ProviderDefinition>,
): ProviderDefinition {
  return {
    type,
    title: type[0]?.toUpperCase() + type.slice(1),
    doc: 'a subscription',
    docsUrl: `https://docs.${type}.test`,
    baseUrl: `https://api.${type}.test`,
    hosts: [`api.${type}.test`],
    settings: {},
    auth: {},
    fields,
    accountIdentity: [],
    limits: { concurrency: 2 },
    ...traits,
  }
}

/** Updates in place, refuses two of one URL in an app, allows five an app. */
export const scoped: ProviderDefinition = define(
  'scoped',
  { app, url, events: eventList, enabled, signing_secret: ownSecret, client_credentials: credentials },
  { scope: 'app', uniqueIdentity: 'yes', update: 'in-place', quota: { limit: 5, per: ['app'], words: 'per app' } },
)

/** Changes nothing in place, and makes a secret with each webhook. */
export const immutable: ProviderDefinition = define(
  'immutable',
  {
    url: { ...url, change: 'replace' },
    events: { ...eventList, presence: 'optional', absence: { means: 'default', value: ['closed'] }, change: 'replace' },
    description: { ...description, change: 'replace' },
    enabled: { ...enabled, presence: 'vendor', change: 'replace' },
    signing_secret: vendorSecret,
  },
  {
    uniqueIdentity: 'unknown',
    update: 'none',
    serverSecret: 'signing_secret',
    secretRecovery: { fetch: true, replay: false, roll: false, source: 'a test' },
  },
)

/** Holds one object per event, lets twins live, counts them by event and filters. */
export const filtered: ProviderDefinition = define(
  'filtered',
  { url, events: eventList, filters, enabled, description, signing_secret: { ...ownSecret, read: 'never' } },
  {
    fanOut: 'events',
    uniqueIdentity: 'no',
    update: 'in-place',
    quota: { limit: 3, per: ['events', 'filters'], words: 'per event and filters' },
  },
)

/** Holds one object per event and refuses two of one URL. */
export const listed: ProviderDefinition = define(
  'listed',
  { url: { ...url, change: 'replace' }, events: eventList, signing_secret: { ...ownSecret, read: 'clear' } },
  { fanOut: 'events', uniqueIdentity: 'yes', update: 'in-place' },
)

/** Updates in place, refuses two of one URL, and makes a secret; being switched off is not changed in place. */
export const keyed: ProviderDefinition = define(
  'keyed',
  {
    url,
    events: eventList,
    headers: {
      kind: 'map',
      secrets: true,
      caseInsensitiveKeys: true,
      doc: 'Headers.',
      presence: 'optional',
      absence: { means: 'left-alone' },
      change: 'in-place',
      read: 'never',
      clearable: true,
    },
    enabled: { ...enabled, presence: 'vendor', change: 'replace' },
    signing_secret: vendorSecret,
  },
  {
    uniqueIdentity: 'yes',
    update: 'in-place',
    serverSecret: 'signing_secret',
    secretRecovery: { fetch: true, replay: false, roll: false, source: 'a test' },
  },
)

/** Like `scoped`, with a limit that is soon reached. */
const crowded: ProviderDefinition = { ...scoped, type: 'crowded', quota: { limit: 2, per: ['app'], words: 'per app' } }

/** Holds one object per event, counts them by app and event; neither the app nor being switched off changes in place. */
const placed: ProviderDefinition = define(
  'placed',
  {
    app,
    url,
    events: eventList,
    enabled: { ...enabled, change: 'replace' },
    signing_secret: { ...ownSecret, read: 'never' },
  },
  {
    fanOut: 'events',
    uniqueIdentity: 'no',
    update: 'in-place',
    quota: { limit: 2, per: ['app', 'events'], words: 'per app and event' },
  },
)

export const traits: readonly ProviderDefinition[] = [scoped, immutable, filtered, listed, keyed, crowded, placed]
