import { expect } from 'vitest'
import type { TerraformAttributes } from '../../src/schema/terraform-type.ts'
import { type CtyObject, Unknown } from '../../src/terraform/cty/value.ts'
import { openProvider, type ProviderOptions } from '../../src/terraform/open-provider.ts'
import type {
  EngineFacts,
  ManagedResource,
  Planned,
  Provider,
  ProviderDiagnostic,
} from '../../src/terraform/provider.ts'
import { checkApplied, checkPlanned, complete, findInconsistent, isSame, normal, type Written } from './value-rules.ts'

/** What a configuration declares: resources by name, and how each is to be replaced. */
export type Resources = Readonly<Record<string, Written>>

interface Kept {
  readonly state: CtyObject
  readonly private: Uint8Array
  readonly isTainted: boolean
}

export type Verb = 'create' | 'update' | 'replace' | 'delete' | 'no-op'

interface Change {
  readonly name: string
  readonly verb: Verb
  readonly planned: CtyObject | null
  readonly forcedBy: readonly string[]
}

export interface Plan {
  readonly changes: readonly Change[]
  readonly errors: readonly ProviderDiagnostic[]
  readonly warnings: readonly ProviderDiagnostic[]
}

export interface EngineOptions {
  readonly resource: string
  readonly provider: Written
  readonly env?: Readonly<Record<string, string>>
  readonly options?: ProviderOptions
  readonly createFirst?: boolean
  readonly engine?: EngineFacts
}

const modern: EngineFacts = { version: '1.11.4', takesWriteOnly: true }

const never = new AbortController().signal

/** Plans and applies resources of one type in the order, with the calls and by the rules of the engine. */
export class Engine {
  readonly kept: Map<string, Kept> = new Map()
  /** All that was ever kept or shown, for finding what must not be there. */
  readonly told: string[] = []
  readonly #options: EngineOptions

  constructor(options: EngineOptions) {
    this.#options = options
  }

  state(name: string): CtyObject {
    const kept = this.kept.get(name)
    if (kept === undefined) throw new Error(`There is no state of ${name}.`)
    return kept.state
  }

  /** Refreshes and plans; nothing is written. */
  async plan(resources: Resources, { replace = [] }: { readonly replace?: readonly string[] } = {}): Promise<Plan> {
    return await this.#walk(async ({ resource, attributes }) => {
      const errors = await this.#refresh(resource, attributes)
      const changes: Change[] = []
      const diagnostics: ProviderDiagnostic[] = [...errors]
      await Promise.all(
        Object.entries(resources).map(async ([name, written]) => {
          const made = await this.#planOne(resource, attributes, name, written, replace.includes(name))
          changes.push(made.change)
          diagnostics.push(...made.diagnostics)
        }),
      )
      for (const [name, kept] of this.kept) {
        if (resources[name] !== undefined) continue
        const gone = await resource.plan(
          { prior: kept.state, proposed: null, config: null, priorPrivate: kept.private, engine: this.#engine },
          never,
        )
        expect(gone.planned).toBeNull()
        diagnostics.push(...gone.diagnostics)
        changes.push({ name, verb: 'delete', planned: null, forcedBy: [] })
      }
      this.#tell(changes.map(({ planned }) => planned))
      return {
        changes: changes.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
        errors: diagnostics.filter(({ severity }) => severity === 'error'),
        warnings: diagnostics.filter(({ severity }) => severity === 'warning'),
      }
    })
  }

  /** Plans, and carries the plan out; answers with the errors of both. */
  async apply(
    resources: Resources,
    options: { readonly replace?: readonly string[]; readonly signal?: AbortSignal } = {},
  ): Promise<readonly ProviderDiagnostic[]> {
    const plan = await this.plan(resources, options)
    if (plan.errors.length > 0) return plan.errors
    return await this.carryOut(plan, resources, options.signal)
  }

  /** Carries out a plan that was made before, in a process of its own. */
  async carryOut(
    plan: Plan,
    resources: Resources,
    signal: AbortSignal = never,
  ): Promise<readonly ProviderDiagnostic[]> {
    return await this.#walk(async ({ resource, attributes }) => {
      const results = await Promise.all(
        plan.changes.map((change) => this.#applyOne(resource, attributes, change, resources[change.name], signal)),
      )
      return results.flat().filter(({ severity }) => severity === 'error')
    })
  }

  /** Applies, and expects neither an error nor anything left to do. */
  async settle(resources: Resources, options: { readonly replace?: readonly string[] } = {}): Promise<Plan> {
    const plan = await this.plan(resources, options)
    expect(plan.errors).toEqual([])
    expect(await this.carryOut(plan, resources)).toEqual([])
    const left = await this.plan(resources)
    expect(left.errors).toEqual([])
    expect(verbs(left)).toEqual(Object.fromEntries(Object.keys(resources).map((name) => [name, 'no-op'])))
    return plan
  }

  async import(name: string, id: string): Promise<readonly ProviderDiagnostic[]> {
    return await this.#walk(async ({ resource, attributes }) => {
      const { state, private: notes, diagnostics } = await resource.import({ id }, never)
      this.#tell([diagnostics, state])
      if (state === null) return diagnostics
      const read = await resource.read({ state, private: notes }, never)
      if (read.state !== null) this.#keep(attributes, name, read.state, read.private, false)
      return [...diagnostics, ...read.diagnostics]
    })
  }

  /** Tells what the provider says of a provider block. */
  async configure(written: Written): Promise<readonly ProviderDiagnostic[]> {
    const provider = await openProvider({ env: {}, ...this.#options.options })
    const config = complete(provider.schema.provider.attributes, written)
    const { diagnostics } = await provider.configure(config, this.#engine)
    await provider.close()
    return diagnostics
  }

  /** Opens a provider as each walk of the engine does, and closes it afterwards. */
  async walk<T>(work: (provider: Provider) => Promise<T>): Promise<T> {
    const provider = await openProvider({ env: this.#options.env ?? {}, ...this.#options.options })
    try {
      const config = complete(provider.schema.provider.attributes, this.#options.provider)
      const { diagnostics } = await provider.configure(config, this.#engine)
      this.#tell(diagnostics)
      expect(diagnostics).toEqual([])
      return await work(provider)
    } finally {
      await provider.close()
    }
  }

  get #engine(): EngineFacts {
    return this.#options.engine ?? modern
  }

  async #walk<T>(
    work: (found: { readonly resource: ManagedResource; readonly attributes: TerraformAttributes }) => Promise<T>,
  ): Promise<T> {
    return await this.walk(async ({ resources, schema }) => {
      const resource = resources[this.#options.resource]
      const block = schema.resources[this.#options.resource]
      if (resource === undefined || block === undefined) throw new Error(`There is no ${this.#options.resource}.`)
      return await work({ resource, attributes: block.attributes })
    })
  }

  async #refresh(resource: ManagedResource, attributes: TerraformAttributes): Promise<readonly ProviderDiagnostic[]> {
    const found: ProviderDiagnostic[] = []
    await Promise.all(
      [...this.kept].map(async ([name, kept]) => {
        const raw: unknown = JSON.parse(JSON.stringify(kept.state))
        const { state } = await resource.upgrade({ version: 0, state: raw })
        expect(normal(attributes, state)).toEqual(normal(attributes, kept.state))
        resource.note?.(state)
        const read = await resource.read({ state, private: kept.private }, never)
        found.push(...read.diagnostics)
        if (read.state === null) this.kept.delete(name)
        else this.#keep(attributes, name, read.state, read.private, kept.isTainted)
      }),
    )
    return found
  }

  async #planOne(
    resource: ManagedResource,
    attributes: TerraformAttributes,
    name: string,
    written: Written,
    isForced: boolean,
  ): Promise<{ readonly change: Change; readonly diagnostics: readonly ProviderDiagnostic[] }> {
    const config = complete(attributes, written)
    const { diagnostics: invalid } = await resource.validate(config, this.#engine)
    this.#tell(invalid)
    if (invalid.some(({ severity }) => severity === 'error')) {
      return { change: { name, verb: 'no-op', planned: null, forcedBy: [] }, diagnostics: invalid }
    }
    const kept = this.kept.get(name)
    const prior = kept === undefined || kept.isTainted ? null : kept.state
    const first = await this.#ask(
      resource,
      attributes,
      config,
      prior,
      prior === null ? new Uint8Array() : (kept?.private ?? new Uint8Array()),
    )
    const forcedBy = forcing(attributes, first, prior)
    const diagnostics = [...invalid, ...first.diagnostics]
    if (prior !== null && (forcedBy.length > 0 || isForced)) {
      const second = await this.#ask(resource, attributes, config, null, first.private)
      return {
        change: { name, verb: 'replace', planned: second.planned, forcedBy },
        diagnostics: [...diagnostics, ...second.diagnostics],
      }
    }
    const verb =
      kept?.isTainted === true
        ? 'replace'
        : prior === null
          ? 'create'
          : isNoOp(attributes, prior, first.planned)
            ? 'no-op'
            : 'update'
    return { change: { name, verb, planned: first.planned, forcedBy }, diagnostics }
  }

  async #ask(
    resource: ManagedResource,
    attributes: TerraformAttributes,
    config: CtyObject,
    prior: CtyObject | null,
    priorPrivate: Uint8Array,
  ): Promise<Planned> {
    const proposed = config
    const planned = await resource.plan({ prior, proposed, config, priorPrivate, engine: this.#engine }, never)
    this.#tell([planned.planned, planned.diagnostics, new TextDecoder().decode(planned.private)])
    if (planned.diagnostics.some(({ severity }) => severity === 'error')) return planned
    if (planned.planned === null) throw new Error('Nothing was planned.')
    checkPlanned(attributes, config, prior, planned.planned)
    return planned
  }

  async #applyOne(
    resource: ManagedResource,
    attributes: TerraformAttributes,
    change: Change,
    written: Written | undefined,
    signal: AbortSignal,
  ): Promise<readonly ProviderDiagnostic[]> {
    const { name, verb } = change
    const kept = this.kept.get(name)
    if (verb === 'no-op') return []
    if (verb === 'delete') return await this.#destroy(resource, attributes, name, kept, signal)
    const isCreateFirst = verb === 'replace' && this.#options.createFirst === true
    if (verb === 'replace' && !isCreateFirst) {
      const failed = await this.#destroy(resource, attributes, name, kept, signal)
      if (failed.length > 0) return failed
    }
    const prior = verb === 'update' ? kept : undefined
    const made = await this.#make(resource, attributes, change, written, prior, signal)
    if (!isCreateFirst || kept === undefined || this.kept.get(name) === kept) return made
    return [...made, ...(await this.#drop(resource, kept, signal))]
  }

  /** Plans once more, as the engine does, and applies what comes of it. */
  async #make(
    resource: ManagedResource,
    attributes: TerraformAttributes,
    { name, planned: first }: Change,
    written: Written | undefined,
    prior: Kept | undefined,
    signal: AbortSignal,
  ): Promise<readonly ProviderDiagnostic[]> {
    if (written === undefined || first === null) throw new Error(`Nothing is planned for ${name}.`)
    const config = complete(attributes, written)
    const notes = prior?.private ?? new Uint8Array()
    const before = prior?.state ?? null
    const again = await this.#ask(resource, attributes, config, before, notes)
    if (again.diagnostics.some(({ severity }) => severity === 'error')) return again.diagnostics
    const { planned, private: plannedPrivate } = again
    if (planned === null) throw new Error('Nothing was planned.')
    const inconsistent = findInconsistent(attributes, first, planned)
    if (inconsistent.length > 0) {
      return [{ severity: 'error', summary: `Inconsistent final plan: ${inconsistent.join(', ')}.` }]
    }
    const request = { prior: before, planned, config, plannedPrivate, engine: this.#engine }
    const applied = await resource.apply(request, signal)
    this.#tell([applied.state, applied.diagnostics, new TextDecoder().decode(applied.private)])
    const isFailed = applied.diagnostics.some(({ severity }) => severity === 'error')
    if (applied.state === null) {
      expect(isFailed, 'a state, or an error').toBe(true)
      if (prior !== undefined) this.kept.delete(name)
      return applied.diagnostics
    }
    if (!isFailed) checkApplied(attributes, planned, applied.state)
    this.#keep(attributes, name, applied.state, applied.private, isFailed && prior === undefined)
    return applied.diagnostics
  }

  async #destroy(
    resource: ManagedResource,
    attributes: TerraformAttributes,
    name: string,
    kept: Kept | undefined,
    signal: AbortSignal,
  ): Promise<readonly ProviderDiagnostic[]> {
    if (kept === undefined) return []
    const { state, private: plannedPrivate } = kept
    const gone = await resource.apply(
      { prior: state, planned: null, config: null, plannedPrivate, engine: this.#engine },
      signal,
    )
    this.#tell([gone.state, gone.diagnostics])
    if (gone.state === null) this.kept.delete(name)
    else this.#keep(attributes, name, gone.state, gone.private, kept.isTainted)
    return gone.diagnostics
  }

  async #drop(resource: ManagedResource, { state, private: plannedPrivate }: Kept, signal: AbortSignal) {
    const gone = await resource.apply(
      { prior: state, planned: null, config: null, plannedPrivate, engine: this.#engine },
      signal,
    )
    expect(gone.state).toBeNull()
    return gone.diagnostics
  }

  #keep(attributes: TerraformAttributes, name: string, state: CtyObject, notes: Uint8Array, isTainted: boolean): void {
    expect(Object.keys(state).toSorted()).toEqual(Object.keys(attributes).toSorted())
    this.#tell([state, new TextDecoder().decode(notes)])
    this.kept.set(name, { state, private: notes, isTainted })
  }

  #tell(value: unknown): void {
    this.told.push(JSON.stringify(value))
  }
}

function forcing(
  attributes: TerraformAttributes,
  { planned, requiresReplace }: Planned,
  prior: CtyObject | null,
): readonly string[] {
  return requiresReplace.flatMap(([step]) => {
    const name = typeof step === 'string' ? step : ''
    const attribute = attributes[name]
    if (attribute === undefined) throw new Error(`There is no attribute ${name} to be replaced for.`)
    return isSame(attribute, planned?.[name] ?? null, prior?.[name] ?? null) ? [] : [name]
  })
}

function isNoOp(attributes: TerraformAttributes, prior: CtyObject, planned: CtyObject | null): boolean {
  return planned !== null && JSON.stringify(normal(attributes, prior)) === JSON.stringify(normal(attributes, planned))
}

/** What a plan does with each resource. */
export function verbs(plan: Plan): Readonly<Record<string, Verb>> {
  return Object.fromEntries(plan.changes.map(({ name, verb }) => [name, verb]))
}

export const later: Unknown = Unknown.value
