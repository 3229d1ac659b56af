import { inject } from 'vitest'
import type { VendorSandbox } from '../../src/sandbox/index.ts'
import type { Written } from '../terraform-resources/value-rules.ts'
import type { VendorCase } from '../terraform-resources/vendors.ts'
import type { Engine } from './set-up.ts'
import { Workspace } from './workspace.ts'

/** Resources of one vendor by name, and what each says beside its attributes, such as `lifecycle`. */
export type Resources = Readonly<Record<string, Written>>

/** A directory whose configuration manages webhooks of one vendor at its stand-in, with an engine to work on it. */
export class RealWorld {
  readonly workspace: Workspace
  readonly #vendor: VendorCase
  readonly #secrets = new Map<string, string>()

  constructor(engine: Engine, vendor: VendorCase, standIn: Pick<VendorSandbox, 'baseUrl' | 'credentials'>) {
    const secrets = Object.fromEntries(canaries(vendor).map((text) => [`TF_VAR_${nameOf(text)}`, text]))
    this.workspace = new Workspace(engine, inject('realProvider'), secrets)
    this.#vendor = vendor
    for (const text of canaries(vendor)) this.#secrets.set(text, nameOf(text))
    this.#write('provider.tf.json', { provider: { hooks: { [vendor.type]: vendor.account(standIn) } } })
    const variables = Object.fromEntries(
      [...this.#secrets.values()].map((name) => [name, { ephemeral: true, type: 'string' }]),
    )
    if (this.#secrets.size > 0) this.#write('variables.tf.json', { variable: variables })
  }

  get address(): string {
    return `hooks_${this.#vendor.type}_webhook`
  }

  /** Writes what is declared; secrets become variables that are kept nowhere. */
  declare(resources: Resources): void {
    this.#write(
      'main.tf.json',
      Object.keys(resources).length === 0 ? {} : { resource: { [this.address]: this.#hide(resources) } },
    )
  }

  /** Files that hold one of the secrets. */
  leaks(): readonly string[] {
    return this.workspace.filesWith('canary-')
  }

  id(name: string): string {
    return String(this.workspace.attributes(`${this.address}.${name}`)?.['id'])
  }

  #hide(value: unknown): unknown {
    if (typeof value === 'string') {
      const name = this.#secrets.get(value)
      return name === undefined ? value : `\${var.${name}}`
    }
    if (Array.isArray(value)) return value.map((item) => this.#hide(item))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#hide(item)]))
  }

  #write(name: string, content: object): void {
    this.workspace.write(name, `${JSON.stringify(content, undefined, 2)}\n`)
  }
}

function canaries(vendor: VendorCase): readonly string[] {
  const text = JSON.stringify([vendor.webhook, vendor.edits])
  return [...new Set([...text.matchAll(/canary-[\w-]+/gu)].map(([found]) => found))]
}

function nameOf(canary: string): string {
  return canary.replaceAll('-', '_')
}
