import { expandWebhook, identityOfObject } from './identity.ts'
import { entryKey } from './ledger.ts'
import { ownEntry } from './live-index.ts'
import type { AccountInput } from './plan.ts'
import type { DesiredWebhook, LiveObject } from './webhook.ts'

/** What is left to plan once abandoned webhooks are let go. */
export interface Released {
  readonly input: AccountInput
  /** Keys that stop being managed. */
  readonly keys: readonly string[]
  /** Their ledger entries, which end. */
  readonly entries: readonly string[]
  /** Whether a live object is one of theirs; it stays, also where everything undeclared is pruned. */
  readonly isSpared: (live: LiveObject) => boolean
}

/** Lets go of the webhooks that are declared with `abandon: true`: they are neither wanted nor owned any more. */
export function releaseAbandoned(input: AccountInput): Released {
  const abandoned = (input.desired ?? []).filter((webhook) => webhook.abandon)
  if (abandoned.length === 0) return { input, keys: [], entries: [], isSpared: () => false }
  const wanted = (input.desired ?? []).filter((webhook) => !webhook.abandon)
  const webhooks = Object.entries(input.ledger?.webhooks ?? {})
  const ending = namesOf(abandoned)
  const declared = new Set(wanted.map(ownEntry))
  const isReleased = ([id, entry]: (typeof webhooks)[number]): boolean =>
    !declared.has(id) && input.files.has(entry.file) && ending.has(entryKey(id, entry))
  const released = webhooks.filter(isReleased)
  const ids = new Set(
    released.flatMap(([, entry]) => [...entry.objects, ...(entry.retiring ?? [])]).map(({ id }) => id),
  )
  const identities = new Set(
    abandoned
      .flatMap((webhook) => expandWebhook(input.definition, webhook))
      .map((object) => identityOfObject(input.definition, object)),
  )
  const kept = Object.fromEntries(webhooks.filter((entry) => !isReleased(entry)))
  return {
    input: {
      ...input,
      desired: wanted,
      ledger: input.ledger === undefined ? undefined : { ...input.ledger, webhooks: kept },
    },
    keys: abandoned
      .map((webhook) => webhook.key)
      .filter((key) => released.some(([id, entry]) => entryKey(id, entry) === key)),
    entries: released.map(([id]) => id),
    isSpared: (live) => ids.has(live.id) || identities.has(identityOfObject(input.definition, live)),
  }
}

/** The keys an abandoned webhook has and had. */
function namesOf(abandoned: readonly DesiredWebhook[]): ReadonlySet<string> {
  return new Set(
    abandoned.flatMap(({ key, previously }) => (typeof previously === 'string' ? [key, previously] : [key])),
  )
}
