import type { ProviderDefinition } from '../../src/core/provider.ts'
import { Secret, SecretSlot } from '../../src/core/secret.ts'
import { listSlots, mapSlots } from '../../src/core/secret-paths.ts'
import type { DesiredWebhook } from '../../src/core/webhook.ts'
import { hashWebhook } from '../../src/engine/hash-webhook.ts'

/** Fingerprints a value; the test's own keyed hash. */
export function printOf(path: string, value: string): string {
  return `print of ${value} for ${path}`
}

/** Fills in what a vault holds, and the fingerprints, as a run does before it plans. */
export function resolveWebhook(
  definition: ProviderDefinition,
  webhook: DesiredWebhook,
  vault: ReadonlyMap<string, string>,
): DesiredWebhook {
  const fields = mapSlots(webhook.fields, (_, slot) => {
    const value = vault.get(slot.source.ref)
    return value === undefined ? slot : slot.resolved({ value: new Secret(value) })
  })
  const prints = listSlots(fields).flatMap(([path, slot]) => {
    const value = slot.finding.value?.reveal()
    return value === undefined ? [] : [[path, printOf(path, value)] as const]
  })
  const unreadable = Object.entries(fields).flatMap(([name, value]) =>
    definition.fields[name]?.read !== 'never' || value instanceof SecretSlot || value === null
      ? []
      : [[name, printOf(name, JSON.stringify(value))] as const],
  )
  const fingerprints = Object.fromEntries([...prints, ...unreadable])
  return { ...webhook, fields, fingerprints, hash: hashWebhook(webhook) }
}
