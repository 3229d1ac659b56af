import type { ProviderDefinition } from '../../core/provider.ts'
import { quotaGroup } from '../../core/quota.ts'
import type { DesiredObject } from '../../core/webhook.ts'

/** A vendor object that a resource of this run will be. */
export interface PlannedObject {
  readonly object: DesiredObject
  readonly identity: string
}

/** What cannot come true, whatever else happens. */
export interface Impossible {
  readonly kind: 'twin' | 'quota'
  readonly message: string
}

/**
 * What the resources of one account will be when a plan is carried out. The engine says no addresses, so a resource is
 * told from another by the ids it has; one that is new is planned once.
 */
export class PlannedWebhooks {
  readonly #definition: ProviderDefinition
  /** Who will have an identity. */
  readonly #holders = new Map<string, string>()
  readonly #groups = new Map<string, Map<string, string>>()
  #made = 0

  constructor(definition: ProviderDefinition) {
    this.#definition = definition
  }

  /** Adds a resource that will exist; tells what it cannot have because another one will have it. */
  add(ids: readonly string[], objects: readonly PlannedObject[]): Impossible | undefined {
    this.#made += 1
    const resource = ids.length > 0 ? ids.toSorted().join(',') : `new ${this.#made}`
    const twin = objects.find(({ object, identity }) => {
      const holder = this.#holders.get(scoped(object, identity))
      return holder !== undefined && holder !== resource
    })
    for (const { object, identity } of objects) this.#holders.set(scoped(object, identity), resource)
    return twin === undefined ? this.#overQuota(resource, objects) : this.#twin(twin)
  }

  /** Counts what resources of this run will have in a group that shares a limit. */
  count(group: string): number {
    return this.#groups.get(group)?.size ?? 0
  }

  #twin({ object }: PlannedObject): Impossible {
    const { title } = this.#definition
    const url = typeof object.fields['url'] === 'string' ? ` for ${object.fields['url'].split('?')[0] ?? ''}` : ''
    const part = object.part === '' ? '' : ` (${object.part})`
    return { kind: 'twin', message: `Two resources declare the same ${title} webhook${url}${part}.` }
  }

  #overQuota(resource: string, objects: readonly PlannedObject[]): Impossible | undefined {
    const { quota, title } = this.#definition
    if (quota === undefined) return undefined
    for (const { object, identity } of objects) {
      const group = quotaGroup(this.#definition, quota, object)
      const members = this.#groups.get(group) ?? new Map<string, string>()
      this.#groups.set(group, members)
      members.set(`${resource} ${identity}`, resource)
      if (members.size > quota.limit)
        return {
          kind: 'quota',
          message: `This plan makes ${members.size} ${title} webhooks ${quota.words}, and ${quota.limit} are allowed.`,
        }
    }
    return undefined
  }
}

function scoped(object: DesiredObject, identity: string): string {
  return `${object.scope} ${identity}`
}
