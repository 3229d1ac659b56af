import type { ProviderDefinition } from '../core/provider.ts'
import { bird } from './bird/declaration.ts'
import type { Connect } from './connection.ts'
import { sendblue } from './sendblue/declaration.ts'
import { sinch } from './sinch/declaration.ts'
import { smallest } from './smallest/declaration.ts'
import { tellcasey } from './tellcasey/declaration.ts'

/** A vendor: its facts at once, its API code when it is needed. */
export interface Provider {
  readonly definition: ProviderDefinition
  readonly load: () => Promise<{ readonly connect: Connect }>
}

/** Every vendor hooks-sync knows; adding one is a folder and a line here. */
const providers: readonly Provider[] = [
  { definition: bird, load: () => import('./bird/api.ts') },
  { definition: sendblue, load: () => import('./sendblue/api.ts') },
  { definition: sinch, load: () => import('./sinch/api.ts') },
  { definition: smallest, load: () => import('./smallest/api.ts') },
  { definition: tellcasey, load: () => import('./tellcasey/api.ts') },
]

export const definitions: readonly ProviderDefinition[] = providers.map((provider) => provider.definition)

/** Finds the vendor of a type. */
export function findProvider(type: string): Provider | undefined {
  return providers.find((provider) => provider.definition.type === type)
}
