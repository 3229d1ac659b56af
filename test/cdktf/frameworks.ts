import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const require = createRequire(import.meta.url)

/** What both frameworks offer by the same names. */
export type Framework = typeof import('cdktf')
export type Stack = InstanceType<Framework['TerraformStack']>

/** A generated class or the construct, as programs use it. */
export interface Made {
  readonly fqn: string
  readonly friendlyUniqueId: string
  addOverride(path: string, value: unknown): void
}
type Class<Instance = Made> = new (scope: unknown, id: string, config: object) => Instance

export interface FromYaml {
  readonly webhooks: Readonly<Record<string, Made>>
  readonly accounts: Readonly<Record<string, Made>>
  readonly providers: Readonly<Record<string, Made>>
}

export interface Bindings {
  readonly [name: string]: unknown
  readonly HooksProvider: Class
  readonly WebhooksFromYaml: Class<FromYaml>
}

export const flavors = ['cdktf', 'cdktn'] as const
export type Flavor = (typeof flavors)[number]

/** Loads a framework and the bindings for it, by the names that programs use. */
export function loadFlavor(flavor: Flavor): { readonly framework: Framework; readonly bindings: Bindings } {
  return { framework: require(flavor) as Framework, bindings: require(`hooks-sync/${flavor}`) as Bindings }
}

/** Makes an empty stack for an engine that keeps write-only attributes out of its state. */
export function makeStack({ Testing, TerraformStack }: Framework): Stack {
  const targetVersions = { terraform: '>=1.11.0', opentofu: '>=1.11.0' }
  return new TerraformStack(Testing.app({ context: { targetVersions }, outdir: makeDirectory() }), 'stack')
}

/** What a stack becomes, as the engine reads it. */
export interface Synthesized {
  readonly provider?: Readonly<Record<string, readonly object[]>>
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Record<string, unknown>>>>>
  readonly variable?: Readonly<Record<string, Record<string, unknown>>>
  readonly moved?: readonly object[]
  readonly removed?: readonly object[]
  readonly terraform: { readonly required_providers: { readonly hooks: { readonly version: string } } }
}

/** Synthesizes a stack. */
export function synthesize({ Testing }: Framework, stack: Stack): Synthesized {
  return JSON.parse(Testing.synth(stack)) as Synthesized
}

/** Writes a `webhooks.yaml` into a directory of its own, gone when the test ends, and returns its path. */
export function writeYaml(text: string): string {
  const path = join(makeDirectory(), 'webhooks.yaml')
  writeFileSync(path, text)
  return path
}

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'hooks-sync-cdktf-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

/** A file with one account at a vendor whose events are few. */
export function caseyYaml(webhooks: string, baseUrl?: string): string {
  return `version: 1
providers:
  casey:
    type: tellcasey${baseUrl === undefined ? '' : `\n    base_url: ${baseUrl}`}
    auth: { api_key: "ref+env://TELLCASEY_API_KEY" }
    webhooks:
${webhooks.replaceAll(/^/gmu, '      ')}
`
}

/** A file with one Sinch account. */
export function sinchYaml(webhooks: string): string {
  return `version: 1
providers:
  eu:
    type: sinch
    region: eu
    project_id: p
    auth: { key_id: "ref+env://SINCH_KEY_ID", key_secret: "ref+vault://kv/hooks#/key_secret" }
    webhooks:
${webhooks.replaceAll(/^/gmu, '      ')}
`
}
