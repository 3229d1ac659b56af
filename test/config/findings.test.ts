import { describe, expect, test } from 'vitest'
import { aCasey, aSinch, loadText, seen } from './load-text.ts'

/** Text → findings, as `line:column code message`; or without a place, where « in the text marks it. */
const cases: Readonly<Record<string, readonly [text: string, expected: readonly string[]]>> = {
  'an empty file': ['', ['1:1 HS1009 The file is empty.']],
  'a file of comments': ['# nothing\n', ['1:1 HS1009 The file is empty.']],
  'a list at the root': ['- a\n- b\n', ['1:1 HS1003 A configuration must be a map.']],
  'a plain text at the root': ['hello\n', ['1:1 HS1003 A configuration must be a map.']],
  'several documents': ['version: 1\n---\nversion: 1\n', ['2:1 HS1002 The file holds several YAML documents.']],
  'a tab as indentation': ['providers:\n\tcasey: 1\n', ['2:1 HS1002 A tab is used for indentation.']],
  'an open quote': ['ledger: "x\n', ['2:1 HS1002 A closing quote, bracket, colon or space is missing.']],
  'a plain text with a colon': [
    'ledger: a: b\n',
    ['1:9 HS1002 A list or map starts on the line of a key that has a value already.'],
  ],
  'a custom tag': ['ledger: !file x\n', ['1:9 HS1002 Tags are not supported.']],
  'a binary tag': ['ledger: !!binary aGk=\n', ['1:18 HS1002 Tags are not supported.']],
  'a merge key': [
    '<<: { version: 1 }\nstores: { a: { backend: env } }\n',
    ['1:1 HS1002 Merge keys (<<) are not supported.'],
  ],
  'a number as a key': ['stores:\n  404: { backend: env }\n', ['2:3 HS1003 A key must be text.']],
  'a map as a key': ['? { a: 1 }\n: 2\n', ['1:3 HS1003 A key must be text.']],
  'a __proto__ key': [
    'stores:\n  __proto__: { backend: env }\n  a: { backend: env }\n',
    ['2:3 HS1005 The name __proto__ cannot be used.'],
  ],
  'a key twice': [
    'stores:\n  a: { backend: env }\n  a: { backend: env }\n',
    ['3:3 HS1007 "a" stands twice in one map, here and in line 2.'],
  ],
  'an alias without an anchor': ['ledger: *there\n', ['1:9 HS1002 The alias *there names no anchor before it.']],
  'an alias inside its own anchor': ['stores: &s { a: *s }\n', ['1:17 HS1002 The alias *s names no anchor before it.']],
  'levels that all end at once': [`${': '.repeat(3000)}\nb: c\n`, ['1:2000 HS1008 The YAML is nested too deeply.']],
  'depth beyond 64': [`stores: ${'['.repeat(70)}${']'.repeat(70)}\n`, ['1:72 HS1008 The YAML is nested too deeply.']],
  'an unknown key at the root': [
    'provider: { a: { type: sinch } }\n',
    ['1:1 HS1005 A configuration has no key "provider".'],
  ],
  'another version': ['version: 2\nstores: { a: { backend: env } }\n', ['1:10 HS1003 version must be 1.']],
  'a version in quotes': ['version: "1"\nstores: { a: { backend: env } }\n', ['1:10 HS1003 version must be 1.']],
  'nothing but a version': ['version: 1\n', ['1:1 HS1006 providers is missing.']],
  'nothing under providers': ['version: 1\nproviders:\n', ['2:1 HS1009 Nothing stands under providers.']],
  'an empty map of providers': ['providers: {}\n', ['1:1 HS1009 Nothing stands under providers.']],
  'nothing under an account': ['providers:\n  casey:\n', ['2:3 HS1009 Nothing stands under the account "casey".']],
  'an empty account': ['providers:\n  casey: {}\n', ['2:3 HS1009 Nothing stands under the account "casey".']],
  'a list of accounts': [
    'providers:\n  - type: sinch\n',
    ['2:3 HS1003 providers must be a map of names to an account.'],
  ],
  'an account that is text': [
    'providers:\n  casey: tellcasey\n',
    ['2:10 HS1003 The account "casey" must be a map of its settings.'],
  ],
  'nothing under webhooks': [
    'providers:\n  casey:\n    type: tellcasey\n    auth: { api_key: ref+env://A }\n    webhooks:\n#      a: {}\n',
    ['5:5 HS1009 Nothing stands under webhooks of "casey".'],
  ],
  'a list of webhooks': [
    aCasey('      - url: https://a.example'),
    ['7:7 HS1003 webhooks must be a map of names to webhooks.'],
  ],
  'nothing under a webhook': [aCasey('      a:'), ['7:7 HS1009 Nothing stands under the webhook "a".']],
  'a webhook that is a url': [
    aCasey('      a: «https://a.example'),
    ['HS1003 The webhook "a" must be a map of its fields.'],
  ],
  'a name with a slash': [
    aCasey('      a/b: { url: https://a.example }'),
    [
      '7:7 HS1003 The name "a/b" must not hold spaces, `/`, `,`, `"`, `!` or any of `* ? [ ] { }`, and not start with `@`.',
    ],
  ],
  'an account without a type': [
    'providers:\n  casey:\n    auth: { api_key: ref+env://A }\n',
    ['2:3 HS1006 The account "casey" has no type.'],
  ],
  'a misspelt type': [
    'providers:\n  casey:\n    type: telcasey\n',
    ['3:11 HS1013 There is no account type "telcasey".'],
  ],
  'a type that is no text': ['providers:\n  casey:\n    type: [tellcasey]\n', ['3:11 HS1013 type must name a vendor.']],
  'missing auth': ['providers:\n  casey: { type: tellcasey }\n', ['2:3 HS1006 auth is missing.']],
  'missing credentials': [
    'providers:\n  casey:\n    type: tellcasey\n    auth: { api_kye: ref+env://A }\n',
    ['4:5 HS1006 api_key is missing.', '4:13 HS1005 auth has no key "api_kye".'],
  ],
  'a credential outside auth': [
    'providers:\n  casey:\n    type: tellcasey\n    api_key: ref+env://A\n    auth: { api_key: ref+env://A }\n',
    ['4:5 HS1005 A tellcasey account has no key "api_key".'],
  ],
  'half of a split auth': [
    'providers:\n  casey:\n    type: tellcasey\n    auth: { plan: { api_key: ref+env://A } }\n',
    ['4:5 HS1006 auth has plan and no apply.'],
  ],
  'a rate limit of zero': [
    'providers:\n  casey:\n    type: tellcasey\n    rate_limit: 0\n    auth: { api_key: ref+env://A }\n',
    ['4:17 HS1003 rate_limit must be more than 0.'],
  ],
  'an unknown way to prune': [
    'providers:\n  casey:\n    type: tellcasey\n    prune: everything\n    auth: { api_key: ref+env://A }\n',
    ['4:12 HS1003 prune must be one of none, owned, all.'],
  ],
  'an unknown region': [
    aSinch('      {}').replace('region: eu', 'region: euw'),
    ['4:13 HS1003 region must be one of us, eu, br.'],
  ],
  'a missing field': [aCasey('      a: { events: [conversation.started] }'), ['7:7 HS1006 url is missing.']],
  'a misspelt field': [
    aCasey('      a:\n        url: https://a.example\n        evnts: [conversation.started]'),
    ['9:9 HS1005 A tellcasey webhook has no key "evnts".'],
  ],
  'a field only the vendor sets': [
    aCasey('      a:\n        url: https://a.example\n        enabled: false'),
    ['9:9 HS1005 tellcasey has no way to set enabled.'],
  ],
  'a url of another scheme': [
    aCasey('      a: { url: «ftp://a.example }'),
    ['HS1003 url must be an absolute https or http URL.'],
  ],
  'a url with a login': [
    aCasey('      a: { url: «"https://me:pw@a.example" }'),
    ['HS1003 url must be an absolute https or http URL.'],
  ],
  'a url no parser takes': [
    aCasey('      a: { url: «"https://1.2.3.4.5/" }'),
    ['HS1003 url is not a URL that can be called.'],
  ],
  'a url the vendor refuses': [
    aSinch('      a: { app_id: A, events: [MESSAGE_INBOUND], url: «https://conversation-api.prod.sinch.com/x }'),
    ['HS1012 Sinch does not deliver to conversation-api.prod.sinch.com.'],
  ],
  'a misspelt event': [
    aSinch('      a:\n        app_id: A\n        url: https://a.example\n        events: [MESSAGE_INBOUNDN]'),
    ['11:18 HS1004 Sinch has no event "MESSAGE_INBOUNDN".'],
  ],
  'an event nobody knows': [
    aSinch('      a:\n        app_id: A\n        url: https://a.example\n        events:\n          - SOMETHING_NEW'),
    ['12:13 warning HS1004 Sinch has no event "SOMETHING_NEW" that hooks-sync knows.'],
  ],
  'an event twice': [
    aCasey('      a:\n        url: https://a.example\n        events: [conversation.started, «conversation.started]'),
    ['HS1007 "conversation.started" stands twice in events.'],
  ],
  'a text where a list belongs': [
    aCasey('      a:\n        url: https://a.example\n        events: conversation.started'),
    ['9:17 HS1003 events must be a list.'],
  ],
  'no event': [aCasey('      a: { url: https://a.example, events: «[] }'), ['HS1003 events must not be empty.']],
  'nothing after a list field': [
    aCasey('      a:\n        url: https://a.example\n        events:\n#          - conversation.started'),
    ['9:9 HS1009 Nothing stands after events.'],
  ],
  'yes for true': [
    aCasey('      a: { url: https://a.example, protected: «yes }'),
    ['HS1003 protected must be true or false.'],
  ],
  'a number for a text': [
    aSinch('      a: { app_id: «1, url: https://a.example, events: [MESSAGE_INBOUND] }'),
    ['HS1003 app_id must be text.'],
  ],
  'null for what cannot be cleared': [
    aCasey('      a: { url: https://a.example, description: «null }'),
    ['HS1014 tellcasey cannot clear description.'],
  ],
  'null for what is required': [aCasey('      a: { url: «~ }'), ['HS1014 url is required and cannot be cleared.']],
  'a literal in a secret field': [
    aSinch('      a: { app_id: A, url: https://a.example, events: [MESSAGE_INBOUND], signing_secret: «hunter2 }'),
    ['HS2001 signing_secret holds a literal; only a secret reference may stand here.'],
  ],
  'a broken reference': [
    aSinch(
      '      a: { app_id: A, url: https://a.example, events: [MESSAGE_INBOUND], signing_secret: «"ref+vault:/x" }',
    ),
    ['HS2002 signing_secret is not a well-formed secret reference.'],
  ],
  'a text reference inside a secret reference': [
    aSinch(
      '      a: { app_id: A, url: https://a.example, events: [MESSAGE_INBOUND], signing_secret: «"ref+env://${env:X}" }',
    ),
    ['HS2002 signing_secret is not a well-formed secret reference.'],
  ],
  'a reference in a plain field': [
    aCasey('      a: { url: https://a.example, description: «"ref+env://X" }'),
    ['HS2005 description cannot hold a secret reference.'],
  ],
  'a reference inside a url': [
    aCasey('      a: { url: «"https://a.example/?k=ref+env://X" }'),
    ['HS2005 url cannot hold a secret reference.'],
  ],
  'a captured secret that nobody makes': [
    aSinch(
      '      a: { app_id: A, url: https://a.example, events: [MESSAGE_INBOUND], signing_secret: «{ capture: "ref+env://X" } }',
    ),
    ['HS1003 Sinch does not make signing_secret; there is nothing to capture.'],
  ],
  'a given secret that the vendor makes': [
    aCasey('      a: { url: https://a.example, signing_secret: «ref+env://X }'),
    ['HS1003 tellcasey makes signing_secret itself; it cannot be given.'],
  ],
  'too few bytes': [
    aSinch(
      '      a: { app_id: A, url: https://a.example, events: [MESSAGE_INBOUND], signing_secret: { from: ref+env://X, generate: «{ bytes: 4 } } }',
    ),
    ['HS1003 generate must say how many bytes to make.'],
  ],
  'a literal url parameter': [
    aCasey('      a: { url: https://a.example, url_params: { key: «hunter2 } }'),
    ['HS2001 key holds a literal; only a secret reference may stand here.'],
  ],
  'a variable nobody gave': [
    aCasey('      a: { url: "https://«${var:host}/" }'),
    ['HS1010 The variable host has no value.'],
  ],
  'an environment variable that is not set': [
    aCasey('      a: { url: "https://«${env:RECEIVER}/" }'),
    ['HS1010 The environment variable RECEIVER is not set.'],
  ],
  'a text reference that looks like a credential': [
    aCasey('      a: { url: "https://a.example/«${env:CASEY_TOKEN}" }'),
    ['HS1010 The environment variable CASEY_TOKEN may hold a credential and is not written into plain text.'],
  ],
  'a variable that a reference reads': [
    aCasey('      a: { url: "https://a.example/«${env:CASEY_API_KEY}" }'),
    ['HS1010 The environment variable CASEY_API_KEY may hold a credential and is not written into plain text.'],
  ],
  'an unknown text reference': [
    aCasey('      a: { url: "https://«${HOST}/" }'),
    ['HS1010 ${HOST} is not a text reference.'],
  ],
  'an open text reference': [
    aCasey('      a: { url: "https://«${env:HOST" }'),
    ['HS1010 A text reference is not closed.'],
  ],
  'an overlap without a unit': [
    aCasey('      a: { url: https://a.example, overlap: «"30" }'),
    ['HS1003 overlap must be a span of time such as 30m, 2h or 1d.'],
  ],
  'two webhooks that are one': [
    aCasey('      a: { url: https://a.example }\n      b: { url: https://a.example }'),
    ['8:7 HS1011 "b" is the same webhook as "a", declared at webhooks.yaml:7:7.'],
  ],
  'a map where a header value belongs': [
    'providers:\n  s:\n    type: smallest\n    auth: { api_key: ref+env://A }\n    webhooks:\n      a: { url: https://a.example, subscriptions: [], headers: { x: «{} } }\n',
    ['HS1003 x must be text.'],
  ],
  'an unknown store backend': [
    'stores:\n  a: { backend: vualt }\n',
    ['2:17 HS1003 backend must name a kind of store.'],
  ],
  'a store without a backend': ['stores:\n  a: { file: x }\n', ['2:3 HS1006 backend is missing.']],
  'nothing after ledger': ['ledger:\nstores: { a: { backend: env } }\n', ['1:1 HS1009 Nothing stands after ledger.']],
  'a literal fingerprint key': [
    'fingerprint_key: 0123456789abcdef\nstores: { a: { backend: env } }\n',
    ['1:18 HS2001 fingerprint_key holds a literal; only a secret reference may stand here.'],
  ],
}

function unmark(text: string): { readonly text: string; readonly place: string } {
  const before = text.split('«')[0]?.split('\n') ?? []
  if (!text.includes('«')) return { text, place: '' }
  return { text: text.replace('«', ''), place: `${before.length}:${(before.at(-1)?.length ?? 0) + 1} ` }
}

describe('a finding names what is wrong and where', () => {
  for (const [name, [text, expected]] of Object.entries(cases)) {
    test(name, () => {
      const marked = unmark(text)

      const found = seen(loadText(marked.text).diagnostics)

      expect(found).toEqual(expected.map((finding) => `${marked.place}${finding}`))
    })
  }
})

test('every error carries a hint and a length', () => {
  const findings = Object.values(cases).flatMap(([text]) => loadText(unmark(text).text).diagnostics)

  expect(findings.filter((found) => (found.length ?? 0) < 1)).toEqual([])
  expect(findings.filter((found) => found.hint === undefined)).toEqual([])
})

test('depth that no parser takes is a finding, not a crash', () => {
  const { diagnostics } = loadText(`stores: ${'['.repeat(20_000)}`)

  expect(diagnostics).toMatchObject([{ code: 'HS1008', message: 'The YAML is nested too deeply.' }])
})

test('all findings of all files come at once, sorted by place', () => {
  const project = loadText({
    'b.yaml': 'providers:\n  x:\n    type: nobody\n',
    'a.yaml': 'providers:\n  y:\n    type: sinhc\nstores:\n  s: { backend: nope }\n',
  })

  expect(seen(project.diagnostics)).toEqual([
    'a.yaml:3:11 HS1013 There is no account type "sinhc".',
    'a.yaml:5:17 HS1003 backend must name a kind of store.',
    'b.yaml:3:11 HS1013 There is no account type "nobody".',
  ])
})

test('a close event is let through as a warning when unknown events are allowed', () => {
  const text = aSinch('      a: { app_id: A, url: https://a.example, events: [MESSAGE_INBOUNDN] }')

  const [found] = loadText(text, { allowUnknownEvents: true }).diagnostics

  expect(found).toMatchObject({ code: 'HS1004', severity: 'warning', hint: 'Did you mean "MESSAGE_INBOUND"?' })
})

test('an allowed variable is written into text although it looks like a credential', () => {
  const project = loadText(aCasey('      a: { url: "https://a.example/${env:PUBLIC_TOKEN}" }'), {
    env: { PUBLIC_TOKEN: 'abc' },
    allowedEnv: ['PUBLIC_*'],
  })

  expect(project.accounts[0]?.desired?.[0]?.fields['url']).toBe('https://a.example/abc')
})

test('a finding of a provider rule points at the value', () => {
  const text = aCasey('      a:\n        url: https://a.example/?k=1\n        url_params: { k: ref+env://X }')

  expect(seen(loadText(text).diagnostics)).toEqual(['9:26 HS1012 The query parameter "k" stands in url as well.'])
})

test('a fault of a reference that the secret layer finds points at the part it names', () => {
  const { text, place } = unmark(
    aCasey('      a: { url: https://a.example, url_params: { k: "ref+vault://kv/x?«address=evil#/k" } }'),
  )

  const { diagnostics } = loadText(text, {
    checkReference: (ref) =>
      ref.includes('address') ? { message: 'Not here.', hint: 'In stores.', offset: 17, length: 7 } : undefined,
  })

  expect(seen(diagnostics)).toEqual([`${place}HS2002 Not here.`])
  expect(diagnostics[0]?.length).toBe(7)
})
