import type { LedgerAccount, LedgerEntry } from '../../src/core/ledger.ts'
import { entryId } from '../../src/core/ledger.ts'
import type { AccountInput } from '../../src/core/plan.ts'
import type { ProviderDefinition } from '../../src/core/provider.ts'
import type { DesiredWebhook, LiveObject } from '../../src/core/webhook.ts'
import { aLive, anEntry, anInput, aWebhook, file } from './build-account.ts'
import { immutable, scoped } from './vendor-traits.ts'

interface Declared {
  readonly webhook: DesiredWebhook
  readonly live: readonly LiveObject[]
}

/** Five webhooks in each of many scopes: live as declared, live and all changed, or not there yet. */
export function manyScoped(scopes: number, state: 'same' | 'changed' | 'new'): AccountInput {
  const all = Array.from({ length: scopes * 5 }, (_, at): Declared => {
    const fields = { app: `app-${Math.floor(at / 5)}`, url: `https://a.test/${at}`, events: ['opened', 'closed'] }
    const events = state === 'changed' ? ['moved'] : fields.events
    const live = state === 'new' ? [] : [aLive(scoped, `live-${at}`, { ...fields, events, enabled: true })]
    return { webhook: aWebhook(`key-${at}`, fields), live }
  })
  return inputOf(scoped, all)
}

/** Webhooks whose events changed, at a vendor that changes nothing in place. */
export function manyImmutable(count: number): AccountInput {
  const all = Array.from({ length: count }, (_, at): Declared => {
    const url = `https://a.test/${at}`
    const live = aLive(immutable, `live-${at}`, { url, events: ['moved'], enabled: true })
    return { webhook: aWebhook(`key-${at}`, { url, events: ['opened'] }), live: [live] }
  })
  return inputOf(immutable, all)
}

function inputOf(definition: ProviderDefinition, all: readonly Declared[]): AccountInput {
  const entries = all
    .filter(({ live }) => live.length > 0)
    .map(({ webhook, live }): readonly [string, LedgerEntry] => [entryId(file, webhook.key), anEntry(live)])
  const ledger: LedgerAccount = { identity: {}, webhooks: Object.fromEntries(entries), intents: {} }
  return anInput(definition, {
    desired: all.map(({ webhook }) => webhook),
    live: all.flatMap(({ live }) => live),
    ledger,
  })
}
