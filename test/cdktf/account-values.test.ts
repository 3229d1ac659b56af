import { describe, expect, test } from 'vitest'
import {
  type Flavor,
  type FromYaml,
  flavors,
  loadFlavor,
  makeStack,
  type Synthesized,
  synthesize,
  writeYaml,
} from './frameworks.ts'

const yaml = (more: string): string => `version: 1
providers:
  texts:
    type: sendblue
    auth: { api_key: "ref+env://SENDBLUE_API_API_KEY", api_secret: "ref+env://SENDBLUE_API_API_SECRET" }
    global_signing_secret: ref+vault://kv/hooks#/global
${more.replaceAll(/^/gmu, '    ')}
`

function build(flavor: Flavor, text: string, props: object = {}): Synthesized & Pick<FromYaml, 'accounts'> {
  const { framework, bindings } = loadFlavor(flavor)
  const stack = makeStack(framework)
  const made = new bindings.WebhooksFromYaml(stack, 'webhooks', { file: writeYaml(text), env: {}, ...props })
  return { ...synthesize(framework, stack), accounts: made.accounts }
}

describe.each(flavors)('what all webhooks of an account share, with %s', (flavor) => {
  test('is a resource of the account, and its secret a variable', () => {
    const { resource, variable } = build(flavor, yaml('webhooks: {}'))

    expect(resource).toEqual({
      hooks_sendblue_account: {
        texts: expect.objectContaining({
          global_signing_secret_wo: `\${var.hooks_texts_global_signing_secret}`,
          global_signing_secret_wo_version: expect.any(Number) as number,
          provider: 'hooks.texts',
        }),
      },
    })
    expect(variable?.['hooks_texts_global_signing_secret']).toMatchObject({ ephemeral: true, sensitive: true })
  })

  test('is written again when its version is raised', () => {
    const versionOf = (secretVersions: object): unknown =>
      build(flavor, yaml('webhooks: {}'), { secretVersions }).resource?.['hooks_sendblue_account']?.['texts']?.[
        'global_signing_secret_wo_version'
      ]

    expect(versionOf({})).toBe(versionOf({ texts: 1 }))
    expect(versionOf({ texts: 2 })).not.toBe(versionOf({}))
  })

  test('is given for what the file cannot say', () => {
    const { framework, bindings } = loadFlavor(flavor)
    const stack = makeStack(framework)
    const { accounts } = new bindings.WebhooksFromYaml(stack, 'webhooks', {
      file: writeYaml(yaml('webhooks: {}')),
      env: {},
    })
    accounts['texts']?.addOverride('lifecycle.prevent_destroy', true)

    const values = synthesize(framework, stack).resource?.['hooks_sendblue_account']?.['texts']
    expect(values?.['lifecycle']).toEqual({ prevent_destroy: true })
  })

  test('is left as it is where the account has no webhooks line, as the command line leaves it', () => {
    expect(build(flavor, yaml('prune: owned')).resource).toBeUndefined()
  })

  test('does not share its variable with a webhook', () => {
    const webhook = `webhooks:
  global: { url: "https://hooks.example.com", events: [receive], signing_secret: "ref+vault://kv/hooks#/one" }`

    expect(() => build(flavor, yaml(webhook))).toThrow(
      'The variable hooks_texts_global_signing_secret would stand for texts.global_signing_secret and for texts/global.signing_secret.',
    )
  })
})
