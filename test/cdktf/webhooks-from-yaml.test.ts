import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  caseyYaml,
  type Flavor,
  type FromYaml,
  flavors,
  loadFlavor,
  makeStack,
  type Stack,
  type Synthesized,
  sinchYaml,
  synthesize,
  writeYaml,
} from './frameworks.ts'

const examples = join(import.meta.dirname, '..', '..', 'examples')

interface Built extends Synthesized {
  readonly construct: FromYaml
  readonly text: string
  readonly stack: Stack
}

function build(flavor: Flavor, file: string, props: object = {}, meanwhile?: (made: FromYaml) => void): Built {
  const { framework, bindings } = loadFlavor(flavor)
  const stack = makeStack(framework)
  const construct = new bindings.WebhooksFromYaml(stack, 'webhooks', { file, env: {}, ...props })
  meanwhile?.(construct)
  return { ...synthesize(framework, stack), construct, stack, text: framework.Testing.synth(stack) }
}

const inbound = `inbound:
  app_id: A
  url: https://hooks.example.com/a
  events: [MESSAGE_INBOUND]
  signing_secret: ref+vault://kv/hooks#/inbound
`

describe.each(flavors)('WebhooksFromYaml of %s', (flavor) => {
  test('makes of the example of all vendors what can be read here', async () => {
    const env = { SINCH_PROJECT_ID: 'project', SINCH_APP_ID: 'app', SMALLEST_AGENT_ID: 'agent', BIRD_WORKSPACE_ID: 'w' }

    const { text } = build(flavor, join(examples, 'all'), { env })

    // One file for both: what they make is the same.
    await expect(`${text}\n`).toMatchFileSnapshot('all.tf.json')
  })

  test('gives resources by account and key, for what the file cannot say', () => {
    const { resource, construct } = build(flavor, writeYaml(sinchYaml(inbound)), {}, ({ webhooks }) =>
      webhooks['eu/inbound']?.addOverride('lifecycle.ignore_changes', ['events']),
    )

    expect(Object.keys(construct.webhooks)).toEqual(['eu/inbound'])
    expect(resource?.['hooks_sinch_webhook']?.['eu__inbound']?.['lifecycle']).toMatchObject({
      ignore_changes: ['events'],
    })
  })

  test('names resources by our keys, wherever the construct stands', () => {
    const { framework, bindings } = loadFlavor(flavor)
    const stack = makeStack(framework)
    const { Construct } = requireConstructs()
    const deep = new Construct(new Construct(stack, 'team'), 'service')

    const made = new bindings.WebhooksFromYaml(deep, 'other', { file: writeYaml(sinchYaml(inbound)), env: {} })

    expect(Object.keys(made.webhooks)).toEqual(['eu/inbound'])
    expect(Object.keys(synthesize(framework, stack).resource?.['hooks_sinch_webhook'] ?? {})).toEqual(['eu__inbound'])
  })

  test('refuses the same webhook twice in one stack', () => {
    const { framework, bindings } = loadFlavor(flavor)
    const stack = makeStack(framework)
    const file = writeYaml(sinchYaml(inbound))
    const one = new bindings.WebhooksFromYaml(stack, 'one', { file, env: {} })

    expect(() => new bindings.WebhooksFromYaml(stack, 'two', { file, env: {} })).toThrow('eu/inbound is declared twice')
    expect(Object.keys(one.webhooks)).toHaveLength(1)
  })

  test('makes a sensitive, ephemeral variable for each secret, at the root of the stack', () => {
    const { variable, resource, provider } = build(flavor, writeYaml(sinchYaml(inbound)))

    expect(variable).toEqual({
      hooks_eu_inbound_signing_secret: {
        description: 'eu/inbound.signing_secret (ref+vault://kv/hooks#/inbound)',
        type: 'string',
        sensitive: true,
        ephemeral: true,
        nullable: false,
      },
      hooks_eu_key_secret: expect.objectContaining({ sensitive: true, ephemeral: true }),
    })
    expect(resource?.['hooks_sinch_webhook']?.['eu__inbound']).toMatchObject({
      signing_secret_wo: '${var.hooks_eu_inbound_signing_secret}',
    })
    // SINCH_KEY_ID is where the provider looks by itself.
    expect(provider?.['hooks']).toEqual([
      {
        alias: 'eu',
        sinch: {
          base_url: 'https://eu.conversation.api.sinch.com',
          key_secret: '${var.hooks_eu_key_secret}',
          project_id: 'p',
          region: 'eu',
        },
      },
    ])
  })

  test('takes a reference of the caller instead, and refuses a value without showing it', () => {
    const file = writeYaml(sinchYaml(inbound))
    const asked: unknown[] = []

    const { resource } = build(flavor, file, {
      secrets: (secret: { readonly path: string }) => {
        asked.push(secret)
        return secret.path === 'eu/inbound.signing_secret' ? '${ephemeral.vault_kv_secret_v2.x.data.key}' : undefined
      },
    })

    expect(asked).toContainEqual({
      path: 'eu/inbound.signing_secret',
      reference: 'ref+vault://kv/hooks#/inbound',
      variable: 'hooks_eu_inbound_signing_secret',
    })
    expect(resource?.['hooks_sinch_webhook']?.['eu__inbound']?.['signing_secret_wo']).toBe(
      '${ephemeral.vault_kv_secret_v2.x.data.key}',
    )
    const refusal = messageOf(() => build(flavor, file, { secrets: () => 'hunter2-in-clear' }))
    expect(refusal).toContain('secrets returned a plain text for eu.key_secret')
    expect(refusal).not.toContain('hunter2')
  })

  test('never reads a secret, so none is in what it makes', () => {
    const canary = 'canary-0123456789abcdef'
    const file = writeYaml(
      sinchYaml(`${inbound}  url_params: { token: ref+env://RECEIVER_TOKEN }
  client_credentials: { client_id: c, client_secret: "ref+env://CLIENT_SECRET", endpoint: "https://login.example.com" }
`),
    )
    const env = { SINCH_KEY_ID: canary, RECEIVER_TOKEN: canary, CLIENT_SECRET: canary }

    const { text } = build(flavor, file, { env })

    expect(text).toContain('${var.hooks_eu_inbound_client_credentials_client_secret}')
    expect(text).toContain('${var.hooks_eu_inbound_url_params_token}')
    expect(text).not.toContain(canary)
  })

  test('passes texts on as they are, also where they look like expressions', () => {
    const file = writeYaml(
      caseyYaml(`a:
  url: "https://hooks.example.com/a?x=%{if}"
  description: "$\${var.x} and %{ for }"
  url_params: { "$\{key}": ref+env://RECEIVER_TOKEN }
`),
    )

    const { resource } = build(flavor, file)

    expect(resource?.['hooks_tellcasey_webhook']?.['casey__a']).toMatchObject({
      url: 'https://hooks.example.com/a?x=%%{if}',
      description: '$${var.x} and %%{ for }',
      url_params_wo: { '$${key}': '${var.hooks_casey_a_url_params___key_}' },
    })
  })

  test('has a secret written again when it lies elsewhere, or when asked to', () => {
    const versionOf = (yaml: string, props: object = {}): unknown =>
      build(flavor, writeYaml(sinchYaml(yaml)), props).resource?.['hooks_sinch_webhook']?.['eu__inbound']?.[
        'signing_secret_wo_version'
      ]

    const version = versionOf(inbound)

    expect(version).toSatisfy(Number.isSafeInteger)
    expect(versionOf(inbound)).toBe(version)
    expect(versionOf(inbound.replace('/hooks#', '/hooks?version=2#'))).not.toBe(version)
    expect(versionOf(inbound, { secretVersions: { 'eu/inbound': 2 } })).not.toBe(version)
    expect(versionOf(inbound, { secretVersions: { 'eu/other': 2 } })).toBe(version)
  })

  test('shows every finding with its place, and makes nothing', () => {
    const file = writeYaml(
      sinchYaml(`inbound:
  app_id: A
  url: ftp://hooks.example.com/a
  events: [MESSAGE_INBOUNDN]
  signing_secret: hunter2
`),
    )

    const message = messageOf(() => build(flavor, file))

    expect(message).toContain(`${file}:11:14  error HS1003`)
    expect(message).toContain(`${file}:12:18  error HS1004  Sinch has no event "MESSAGE_INBOUNDN".`)
    expect(message).toContain(`${file}:13:25  error HS2001`)
    expect(message).toContain('Did you mean "MESSAGE_INBOUND"?')
    expect(message).not.toContain('hunter2')
    expect(message.match(/ error /gu)).toHaveLength(3)
  })

  test('lets an event pass that is new, by the variable that the provider goes by', () => {
    const file = writeYaml(sinchYaml(inbound.replace('MESSAGE_INBOUND', 'MESSAGE_INBOUNDN')))

    const { resource } = build(flavor, file, { env: { HOOKS_SYNC_ALLOW_UNKNOWN_EVENTS: '1' } })

    expect(messageOf(() => build(flavor, file))).toContain('HS1004')
    expect(resource?.['hooks_sinch_webhook']?.['eu__inbound']?.['events']).toEqual(['MESSAGE_INBOUNDN'])
  })

  test('says what Terraform has no counterpart for', () => {
    const file = writeYaml(
      caseyYaml('a:\n  url: https://hooks.example.com/a\n  overlap: 30m\n').replace(
        'type: tellcasey',
        'type: tellcasey\n    prune: all',
      ),
    )

    const { construct } = build(flavor, file)

    const warnings = nodeOf(construct).metadata.map(({ data }) => data)
    expect(warnings).toEqual([
      expect.stringContaining(`${file}:5:5  warning HS1019  Terraform does not know "prune: all".`),
      expect.stringContaining(`${file}:10:9  warning HS1019`),
    ])
    const nulled = writeYaml(sinchYaml(inbound.replace(/signing_secret: .*/u, 'signing_secret: null')))
    expect(messageOf(() => build(flavor, nulled))).toContain(`${nulled}:13:9  error HS1019`)
  })

  test('refuses accounts whose credentials would be one variable, save where their provider is given', () => {
    const [head, account] = sinchYaml(inbound).split(/(?<=providers:\n)/u)
    const file = writeYaml(
      `${head}${account?.replace('  eu:', '  eu-1:')}${account?.replace('  eu:', '  eu_1:').replace('region: eu', 'region: us').replace('inbound:', 'other:')}`,
    )
    const { framework, bindings } = loadFlavor(flavor)
    const stack = makeStack(framework)
    const provider = new bindings.HooksProvider(stack, 'given', {})

    expect(messageOf(() => build(flavor, file))).toContain(
      `${file}:19:5  error HS1019  The variable hooks_eu_1_key_secret would stand for eu-1.key_secret and for eu_1.key_secret.`,
    )
    const made = new bindings.WebhooksFromYaml(stack, 'it', { file, env: {}, providers: { 'eu-1': provider } })
    expect(Object.keys(made.webhooks)).toEqual(['eu-1/inbound', 'eu_1/other'])
  })

  test('moves what was called otherwise, lets go of what is abandoned, and protects', () => {
    const file = writeYaml(
      caseyYaml(`a:
  url: https://hooks.example.com/a
  previously: old.name
  protected: true
b:
  url: https://hooks.example.com/b
  abandon: true
`),
    )

    const { moved, removed, resource } = build(flavor, file)

    expect(moved).toEqual([
      {
        from: expect.stringMatching(/^hooks_tellcasey_webhook\.casey__old_name_[0-9a-f]{8}$/u),
        to: 'hooks_tellcasey_webhook.casey__a',
      },
    ])
    expect(removed).toEqual([{ from: 'hooks_tellcasey_webhook.casey__b', lifecycle: { destroy: false } }])
    expect(Object.keys(resource?.['hooks_tellcasey_webhook'] ?? {})).toEqual(['casey__a'])
    expect(resource?.['hooks_tellcasey_webhook']?.['casey__a']?.['lifecycle']).toEqual({
      create_before_destroy: true,
      prevent_destroy: true,
    })
  })

  test('gives a vendor that wants a description our key, and leaves it alone afterwards', () => {
    const file = writeYaml(`version: 1
providers:
  voice:
    type: smallest
    auth: { api_key: "ref+env://SMALLEST_API_KEY" }
    webhooks:
      calls: { url: "https://hooks.example.com/a", subscriptions: [] }
      named: { url: "https://hooks.example.com/b", subscriptions: [], description: Named }
`)

    const { resource } = build(flavor, file)

    expect(resource?.['hooks_smallest_webhook']).toMatchObject({
      voice__calls: { description: 'calls', lifecycle: { ignore_changes: ['description'] } },
      voice__named: { description: 'Named' },
    })
    expect(resource?.['hooks_smallest_webhook']?.['voice__named']).not.toHaveProperty('lifecycle')
  })

  test('uses the provider it is given and asks for no credential then', () => {
    const { framework, bindings } = loadFlavor(flavor)
    const stack = makeStack(framework)
    const provider = new bindings.HooksProvider(stack, 'mine', { alias: 'mine' })

    const made = new bindings.WebhooksFromYaml(stack, 'webhooks', {
      file: writeYaml(sinchYaml(inbound)),
      env: {},
      providers: { eu: provider },
    })

    const { provider: providers, resource, variable } = synthesize(framework, stack)
    expect(made.providers).toEqual({ eu: provider })
    expect(providers?.['hooks']).toEqual([{ alias: 'mine' }])
    expect(resource?.['hooks_sinch_webhook']?.['eu__inbound']?.['provider']).toBe('hooks.mine')
    expect(Object.keys(variable ?? {})).toEqual(['hooks_eu_inbound_signing_secret'])
  })

  test('asks for files that are known when the stack is synthesized', () => {
    const { framework } = loadFlavor(flavor)
    const token = framework.Token.asString({ resolve: () => 'later' })

    expect(messageOf(() => build(flavor, token))).toContain('it holds a token')
    expect(messageOf(() => build(flavor, join(examples, 'no-such.yaml')))).toContain('no-such.yaml does not exist')
  })
})

function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return 'nothing was thrown'
}

interface Node {
  readonly metadata: readonly { readonly data: unknown }[]
}

function nodeOf(construct: FromYaml): Node {
  return (construct as FromYaml & { readonly node: Node }).node
}

function requireConstructs(): typeof import('constructs') {
  return process.getBuiltinModule('node:module').createRequire(import.meta.url)(
    'constructs',
  ) as typeof import('constructs')
}
