import type { ProviderDefinition } from '../../src/core/provider.ts'
import type { DesiredValues } from '../../src/core/value.ts'
import type { Provider } from '../../src/providers/registry.ts'
import { describeLaws } from './describe-laws.ts'
import { describeMatrix, type Matrix } from './describe-matrix.ts'

/**
 * Holds a vendor against its stand-in: its API to the laws of every provider, call by call, and the vendor as a whole
 * to the matrix of all that a webhook goes through, in every reading of its unknowns.
 */
export function describeProvider(provider: Provider, matrix: Matrix): void {
  const { definition } = provider
  const { settings, webhook, foreign, changes, always, readings } = matrix
  describeLaws(provider, {
    ...(settings === undefined ? {} : { settings }),
    webhook: withoutServerSecret(definition, webhook),
    other: foreign,
    changes: Object.fromEntries(
      Object.entries(changes).flatMap(([field, [patch]]) =>
        isChangedInPlace(definition, field) && patch !== undefined ? [[field, patch]] : [],
      ),
    ),
    readings: readings.map((reading) => ({ ...always, ...reading })),
  })
  describeMatrix(provider, matrix)
}

/** A secret that the vendor makes is not written, so the wire never sees it. */
function withoutServerSecret({ serverSecret }: ProviderDefinition, webhook: DesiredValues): DesiredValues {
  return Object.fromEntries(Object.entries(webhook).filter(([name]) => name !== serverSecret))
}

function isChangedInPlace({ update, fields, fanOut, serverSecret }: ProviderDefinition, field: string): boolean {
  return update === 'in-place' && fields[field]?.change === 'in-place' && field !== fanOut && field !== serverSecret
}
