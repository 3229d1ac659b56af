import type { ProviderApi } from '../core/provider.ts'
import type { Explained } from '../engine/ports.ts'

/** Counts the steps that wrote, or may have: one that the vendor refused, or that was never sent, changed nothing. */
export function countWrites(
  api: ProviderApi,
  explain: (error: unknown) => Explained,
  onWrite: () => void,
): ProviderApi {
  return {
    ...api,
    execute: async (step, signal) => {
      try {
        const result = await api.execute(step, signal)
        onWrite()
        return result
      } catch (error) {
        if (explain(error).outcome === 'unknown') onWrite()
        throw error
      }
    },
  }
}
