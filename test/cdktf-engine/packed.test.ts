import { describe, expect, test } from 'vitest'
import { flavors } from '../cdktf/frameworks.ts'
import { compilers, UserProject } from './user-project.ts'

/** What users' projects say of modules, by the compilers that still take it. */
const moduleSettings = {
  'CommonJS, as the templates have it': {
    versions: ['5.9'],
    options: { module: 'commonjs', moduleResolution: 'node10' },
  },
  'CommonJS, resolved as bundlers do': {
    versions: ['6.0', '7.0'],
    options: { module: 'commonjs', moduleResolution: 'bundler' },
  },
  'Node modules': { versions: ['5.9', '6.0', '7.0'], options: { module: 'nodenext', moduleResolution: 'nodenext' } },
} as const

const consumer = (flavor: string): string => `
import { App, TerraformStack } from '${flavor}'
import { HooksProvider, WebhooksFromYaml, sinchWebhook, type DeclaredSecret } from 'hooks-sync/${flavor}'
import { SinchWebhook, type SinchWebhookConfig } from 'hooks-sync/${flavor}/sinch-webhook'

const stack = new TerraformStack(new App(), 'stack')
const provider = new HooksProvider(stack, 'hooks', { sinch: { region: 'eu' } })
const config: SinchWebhookConfig = { provider, appId: 'app', url: 'https://hooks.example.com', events: ['OPT_IN'] }
const webhook: sinchWebhook.SinchWebhook = new SinchWebhook(stack, 'inbound', config)
const secrets = ({ variable }: DeclaredSecret): string => '\${var.' + variable + '}'
const { webhooks } = new WebhooksFromYaml(stack, 'webhooks', { file: 'webhooks.yaml', secrets })
export const ids: readonly (string | undefined)[] = [webhook.id, webhooks['a/b']?.id]
`

const wrong = (flavor: string): string => `
import { SinchWebhook } from 'hooks-sync/${flavor}/sinch-webhook'
export const events: Parameters<typeof SinchWebhook.prototype.resetUrlParams> = []
export const make = (scope: never) => new SinchWebhook(scope, 'x', { appId: 'a', url: 'u', events: 'OPT_IN' })
`

describe.each(flavors)('the packed package in a project for %s', (flavor) => {
  test('is loaded by programs of both kinds', () => {
    const project = new UserProject([flavor, 'constructs'])
    project.write('package.json', '{}')
    project.write('one.cjs', `console.log(typeof require('hooks-sync/${flavor}').WebhooksFromYaml)`)
    project.write(
      'two.mjs',
      `import { SinchWebhook } from 'hooks-sync/${flavor}'\nimport { HooksProvider } from 'hooks-sync/${flavor}/provider'\nconsole.log(typeof SinchWebhook, typeof HooksProvider)`,
    )

    expect(project.node('one.cjs')).toBe('function\n')
    expect(project.node('two.mjs')).toBe('function function\n')
  })

  test('reads a file and synthesizes there', () => {
    const project = new UserProject([flavor, 'constructs'])
    project.write('package.json', '{}')
    project.write(
      'webhooks.yaml',
      'version: 1\nproviders:\n  casey:\n    type: tellcasey\n    auth: { api_key: ref+env://KEY }\n    webhooks:\n      a: { url: "https://hooks.example.com" }\n',
    )
    project.write(
      'main.cjs',
      `const { App, TerraformStack } = require('${flavor}')
const app = new App()
const { WebhooksFromYaml } = require('hooks-sync/${flavor}/webhooks-from-yaml')
new WebhooksFromYaml(new TerraformStack(app, 'stack'), 'webhooks', { file: 'webhooks.yaml' })
app.synth()
console.log(Object.keys(JSON.parse(require('fs').readFileSync('cdktf.out/stacks/stack/cdk.tf.json')).resource))`,
    )

    expect(project.node('main.cjs')).toContain("[ 'hooks_tellcasey_webhook' ]")
  })
})

const cases = Object.entries(moduleSettings).flatMap(([name, { versions, options }]) =>
  versions.map((version) => [version, name, options] as const),
)

test.each(cases)('the packed package has types for TypeScript %s with %s', (version, _name, options) => {
  const project = new UserProject([...flavors, 'constructs'])
  const files = flavors.flatMap((flavor) => [`${flavor}.ts`, `${flavor}-wrong.ts`])
  const compilerOptions = {
    ...options,
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types: ['node'],
    target: 'es2022',
  }
  project.write('package.json', '{ "type": "commonjs" }')
  project.write('tsconfig.json', JSON.stringify({ compilerOptions, files }))
  for (const flavor of flavors) {
    project.write(`${flavor}.ts`, consumer(flavor))
    project.write(`${flavor}-wrong.ts`, wrong(flavor))
  }

  const complaints = project.complaints(compilers()[version] ?? '')

  // Only what is wrong is refused, so the types are there and say something.
  expect(complaints.match(/^\S+\.ts\b|error TS\d+/gmu)).toEqual(
    flavors.flatMap((flavor) => [`${flavor}-wrong.ts`, 'error TS2322']),
  )
})
