import type { Action, ObjectChange } from '../../src/core/action.ts'
import { diffObject } from '../../src/core/diff.ts'
import { expandWebhook } from '../../src/core/identity.ts'
import type { ProviderDefinition, StepResult } from '../../src/core/provider.ts'
import type { Step } from '../../src/core/step.ts'
import type { DesiredValues } from '../../src/core/value.ts'
import type { DesiredObject, DesiredWebhook, LiveAccount, LiveObject } from '../../src/core/webhook.ts'
import { compileSteps } from '../../src/engine/compile-steps.ts'
import { resolveFollow, resolveWrite } from '../../src/engine/resolve-target.ts'
import type { VendorSandbox } from '../../src/sandbox/index.ts'
import type { OpenAccount } from './open-account.ts'

/** One account at a stand-in, worked on the way the engine does it: live state, actions, steps. */
export class StepRunner {
  readonly definition: ProviderDefinition
  readonly standIn: VendorSandbox
  readonly #open: OpenAccount

  constructor(definition: ProviderDefinition, standIn: VendorSandbox, open: OpenAccount) {
    this.definition = definition
    this.standIn = standIn
    this.#open = open
  }

  get api(): OpenAccount['api'] {
    return this.#open.api
  }

  /** What is live in the scope of a declared webhook. */
  async list(declared: DesiredValues): Promise<readonly LiveObject[]> {
    const { scope } = this.definition
    const value = scope === undefined ? '' : declared[scope]
    if (typeof value !== 'string') throw new Error('The scope is not a text.')
    return (await this.api.list([value])).objects
  }

  /** Reads objects again; a vendor that is read as a whole is listed. */
  async reread(objects: readonly Pick<LiveObject, 'id' | 'scope'>[]): Promise<readonly LiveObject[]> {
    if (this.api.reread !== undefined) return await this.api.reread(objects)
    const ids = new Set(objects.map(({ id }) => id))
    return (await this.api.list('all')).objects.filter(({ id }) => ids.has(id))
  }

  objects(key: string, fields: DesiredValues): readonly DesiredObject[] {
    return expandWebhook(this.definition, aWebhook(key, fields))
  }

  /** What differs between a declaration and its objects, but for what nobody can compare. */
  differences(declared: DesiredValues, live: readonly LiveObject[]): readonly unknown[] {
    return this.objects('first', declared).flatMap((object): readonly unknown[] => {
      const same = live.find(({ part }) => part === object.part)
      if (same === undefined) return [`${object.part} is not live`]
      return diffObject(this.definition, object.fields, same.fields, { desired: {}, ledger: {}, writeUnknown: false })
        .map(({ change }) => change)
        .filter((change) => !('secret' in change) || (change.secret !== 'same' && change.secret !== 'unknown'))
    })
  }

  create(key: string, fields: DesiredValues): Promise<readonly StepResult[]> {
    return this.#perform(key, fields, (object) => ({ op: 'create', object }))
  }

  async update(key: string, fields: DesiredValues, paths: readonly string[]): Promise<void> {
    const { objects } = await this.api.list('all')
    await this.#perform(key, fields, (object) => {
      const live = objects.find(({ part, scope }) => part === object.part && scope === object.scope)
      if (live === undefined) throw new Error(`${key} is not live.`)
      return { op: 'update', object, live, paths }
    })
  }

  async delete(objects: readonly LiveObject[]): Promise<void> {
    await this.#run({
      ...anAction('first', this.definition),
      kind: 'delete',
      objects: objects.map((live) => ({ op: 'delete', live })),
    })
  }

  async #perform(
    key: string,
    fields: DesiredValues,
    change: (object: DesiredObject) => ObjectChange,
  ): Promise<readonly StepResult[]> {
    const objects = this.objects(key, fields).map(change)
    return await this.#run({ ...anAction(key, this.definition), objects, desired: aWebhook(key, fields) })
  }

  /** Only a vendor that compiles its own steps looks at the live state. */
  async #read({ objects }: Action): Promise<LiveAccount> {
    if (this.definition.steps !== undefined) return await this.api.list('all')
    return { objects: objects.flatMap((change) => ('live' in change ? [change.live] : [])), scopes: [], fields: {} }
  }

  async #run(action: Action): Promise<readonly StepResult[]> {
    const { account } = this.#open
    const live = await this.#read(action)
    const steps = compileSteps(this.definition, { account, actions: [action], live }, false)
    const results = new Map<string, StepResult>()
    for (const step of inOrder(steps)) results.set(step.id, await this.api.execute(asVendorSees(step, results)))
    return [...results.values()]
  }
}

/** Each step after those it depends on. */
function inOrder(steps: readonly Step[]): readonly Step[] {
  const ids = new Set(steps.map(({ id }) => id))
  const done = new Set<string>()
  const ordered: Step[] = []
  while (ordered.length < steps.length) {
    const next = steps.find(({ id, after }) => !done.has(id) && after.every((one) => done.has(one) || !ids.has(one)))
    if (next === undefined) throw new Error('The steps wait for each other.')
    done.add(next.id)
    ordered.push(next)
  }
  return ordered
}

/** What depends on a create names the object it made. */
function asVendorSees(step: Step, results: ReadonlyMap<string, StepResult>): Step {
  if (step.does === 'follow') return resolveFollow(step, results)
  return step.does === 'write' ? resolveWrite(step, results) : step
}

function anAction(key: string, { type }: ProviderDefinition): Action {
  return {
    id: `account/${key}`,
    kind: 'create',
    provider: 'account',
    type,
    key,
    changes: [],
    objects: [],
    entries: [],
    after: [],
  }
}

function aWebhook(key: string, fields: DesiredValues): DesiredWebhook {
  return { provider: 'account', key, fields, file: 'webhooks.yaml', protected: false, allowGap: false, abandon: false }
}
