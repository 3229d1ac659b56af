import type { ProviderDefinition } from '../core/provider.ts'
import { bird } from './bird/declaration.ts'
import type { Connect } from './connection.ts'
import type { Deliveries } from './deliveries.ts'
import { sendblue } from './sendblue/declaration.ts'
import { sinch } from './sinch/declaration.ts'
import { smallest } from './smallest/declaration.ts'
import { tellcasey } from './tellcasey/declaration.ts'

/** A vendor: its facts at once, its API code when it is needed. */
export interface Provider {
  readonly definition: ProviderDefinition
  readonly load: () => Promise<{ readonly connect: Connect }>
}

/** A vendor, and how it delivers. */
export interface RegisteredProvider extends Provider {
  readonly loadDeliveries: () => Promise<{ readonly deliveries: Deliveries }>
}

/** Every vendor hooks-sync knows; adding one is a folder and a line here. */
const providers: readonly RegisteredProvider[] = [
  { definition: bird, load: () => import('./bird/api.ts'), loadDeliveries: () => import('./bird/deliveries.ts') },
  {
    definition: sendblue,
    load: () => import('./sendblue/api.ts'),
    loadDeliveries: () => import('./sendblue/deliveries.ts'),
  },
  { definition: sinch, load: () => import('./sinch/api.ts'), loadDeliveries: () => import('./sinch/deliveries.ts') },
  {
    definition: smallest,
    load: () => import('./smallest/api.ts'),
    loadDeliveries: () => import('./smallest/deliveries.ts'),
  },
  {
    definition: tellcasey,
    load: () => import('./tellcasey/api.ts'),
    loadDeliveries: () => import('./tellcasey/deliveries.ts'),
  },
]

export const definitions: readonly ProviderDefinition[] = providers.map((provider) => provider.definition)

/** Finds the vendor of a type. */
export function findProvider(type: string): RegisteredProvider | undefined {
  return providers.find((provider) => provider.definition.type === type)
}
