import type { SwitchValue } from '../src/sandbox/index.ts'
import { sandboxApp } from '../test/sync/open-world.ts'
import type { VendorName } from '../test/sync/vendor-stories.ts'

/** Two files that follow one another again and again; both declare a receiver for what happens meanwhile. */
export interface Shift {
  readonly vendor: VendorName
  readonly what: string
  /** Webhooks as YAML, indented by six blanks. */
  readonly files: readonly [string, string]
  readonly event: string
  readonly facts?: Readonly<Record<string, string>>
  readonly switches?: Readonly<Record<string, SwitchValue>>
}

const hooks = 'https://hooks.example.com'
const otherApp = '01SANDBOXAPP00000000000002'
const agent = 'a6e270000000000000000001'
const capture = (name: string): string => `signing_secret: { capture: "ref+age://secrets.age#/captured/${name}" }`

const sinchHook = (key: string, events: string, app = sandboxApp): string =>
  `\n      ${key}: { app_id: ${app}, url: ${hooks}/${key}, events: [${events}] }`
const birdHook = (key: string, events: string, rest = ''): string =>
  `\n      ${key}: { service: channels, events: [${events}], url: ${hooks}/${key}${rest} }`
const sendblueHook = (key: string, events: string, rest = ''): string =>
  `\n      ${key}: { url: ${hooks}/${key}, events: [${events}]${rest} }`
const smallestHook = (key: string, events: string, path = key): string =>
  `\n      ${key}: { url: ${hooks}/${path}, ${capture(key)}, subscriptions: [${events === '' ? '' : `{ agent_id: ${agent}, events: [${events}] }`}] }`
const caseyHook = (key: string, events: string, path = key): string =>
  `\n      ${key}: { url: ${hooks}/${path}, events: [${events}], ${capture(key)} }`

const four = ['a', 'b', 'c', 'd'].map((key) => sinchHook(key, 'CONVERSATION_START')).join('')

/** What loses nothing, by create-first and by changes in place. */
export const seamless: readonly Shift[] = [
  {
    vendor: 'tellcasey',
    what: 'a webhook is replaced for other events',
    files: [
      caseyHook('main', 'conversation.completed'),
      caseyHook('main', 'conversation.completed, conversation.started'),
    ],
    event: 'conversation.completed',
  },
  {
    vendor: 'tellcasey',
    what: 'a webhook is replaced for another url',
    files: [caseyHook('main', 'conversation.completed', 'blue'), caseyHook('main', 'conversation.completed', 'green')],
    event: 'conversation.completed',
  },
  {
    vendor: 'bird',
    what: 'an event goes to another webhook',
    files: [
      birdHook('one', 'sms.inbound, whatsapp.inbound') + birdHook('two', 'sms.outbound'),
      birdHook('one', 'whatsapp.inbound') + birdHook('two', 'sms.outbound, sms.inbound'),
    ],
    event: 'sms.inbound',
    facts: { service: 'channels' },
  },
  {
    vendor: 'bird',
    what: 'a webhook gets a filter and loses it',
    files: [
      birdHook('main', 'sms.inbound, sms.outbound'),
      birdHook('main', 'sms.inbound', ', filters: [{ key: channelId, value: c1 }]'),
    ],
    event: 'sms.inbound',
    facts: { service: 'channels', channelId: 'c1' },
  },
  {
    vendor: 'sinch',
    what: 'a webhook takes the slot of another one in a full app',
    files: [four + sinchHook('blue', 'OPT_IN'), four + sinchHook('green', 'OPT_IN')],
    event: 'OPT_IN',
    facts: { app_id: sandboxApp },
  },
  {
    vendor: 'sinch',
    what: 'an event goes to another webhook',
    files: [
      sinchHook('one', 'MESSAGE_INBOUND, OPT_IN') + sinchHook('two', 'OPT_OUT'),
      sinchHook('one', 'OPT_IN') + sinchHook('two', 'MESSAGE_INBOUND, OPT_OUT'),
    ],
    event: 'MESSAGE_INBOUND',
    facts: { app_id: sandboxApp },
  },
  {
    vendor: 'sendblue',
    what: 'a webhook moves and gets a secret',
    files: [
      sendblueHook('blue', 'receive, outbound'),
      sendblueHook('green', 'receive', ', signing_secret: "ref+age://secrets.age#/keys/new"'),
    ],
    event: 'receive',
  },
  {
    vendor: 'smallest',
    what: 'a webhook moves and its agent gets other events',
    files: [
      smallestHook('main', 'post-conversation', 'blue'),
      smallestHook('main', 'post-conversation, analytics-completed', 'green'),
    ],
    event: 'post-conversation',
    facts: { agent_id: agent },
  },
]

/** What may lose something: each is refused until the gap is allowed. */
export const gapping: readonly Shift[] = [
  {
    vendor: 'sinch',
    what: 'a webhook moves into a full app whose only receiver of an event has to go first',
    files: [
      ['a', 'b', 'c', 'd'].map((key) => sinchHook(key, 'CONVERSATION_START', otherApp)).join('') +
        sinchHook('gone', 'OPT_IN', otherApp) +
        sinchHook('moved', 'OPT_IN'),
      ['a', 'b', 'c', 'd'].map((key) => sinchHook(key, 'CONVERSATION_START', otherApp)).join('') +
        `\n      moved: { app_id: ${otherApp}, url: ${hooks}/moved, events: [OPT_IN] }`,
    ],
    event: 'OPT_IN',
    facts: { app_id: otherApp },
  },
  {
    vendor: 'smallest',
    what: 'an agent leaves one webhook for a new one and stays with a third',
    files: [
      smallestHook('stays', 'analytics-completed') + smallestHook('blue', 'post-conversation'),
      smallestHook('stays', 'analytics-completed') + smallestHook('green', 'post-conversation'),
    ],
    event: 'post-conversation',
    facts: { agent_id: agent },
  },
]

/** What loses at most what happens between two calls: done, and told beforehand. */
export const exchanging: readonly Shift[] = [
  {
    vendor: 'sinch',
    what: 'two webhooks exchange their events in place',
    files: [
      sinchHook('one', 'MESSAGE_INBOUND') + sinchHook('two', 'OPT_OUT'),
      sinchHook('one', 'OPT_OUT') + sinchHook('two', 'MESSAGE_INBOUND'),
    ],
    event: 'OPT_OUT',
    facts: { app_id: sandboxApp },
  },
]
