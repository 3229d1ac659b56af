import type { ManagedResource } from '../provider.ts'
import { decodeState } from '../resource/managed-webhook.ts'
import { applyShared } from './apply-shared.ts'
import { planShared } from './plan-shared.ts'
import { importShared, readShared } from './read-shared.ts'
import type { SharedType } from './shared-type.ts'
import { Sharers } from './sharers.ts'
import { validateShared } from './validate-shared.ts'

/** Answers what the engine asks about the values of an account. */
export function managedShared(type: SharedType): ManagedResource {
  const sharers = new Sharers()
  return {
    validate: async (config, engine) => validateShared(type, config, engine),
    plan: (request) => planShared(type, sharers, request),
    apply: (request, signal) => applyShared(type, request, signal),
    read: (request, signal) => readShared(type, request, signal),
    import: (request, signal) => importShared(type, request, signal),
    upgrade: async ({ state }) => ({ state: decodeState(type.block.attributes, state), diagnostics: [] }),
  }
}
