import * as fc from 'fast-check'
import type { Intent, Ledger, LedgerEntry, LedgerObject, Rotation } from '../../../src/core/ledger.ts'
import { isSameObject, type LedgerChange } from '../../../src/engine/ledger/ledger-change.ts'

const name: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '10', '9', 'constructor', 'toString'),
  fc.string({ unit: 'binary' }).filter((text) => text !== '__proto__'),
)
const id: fc.Arbitrary<string> = fc.constantFrom('W1', 'W2', 'W3')
const time: fc.Arbitrary<string> = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())
const map: fc.Arbitrary<Record<string, string>> = fc.dictionary(name, fc.string(), { maxKeys: 3 })

const object: fc.Arbitrary<LedgerObject> = fc.record({
  id,
  part: fc.constantFrom('', 'p'),
  scope: fc.constantFrom('', 's'),
})

const rotation: fc.Arbitrary<Rotation> = fc.record(
  {
    path: name,
    ref: fc.string(),
    step: fc.constantFrom('staged', 'sent', 'promoted'),
    started_at: time,
    overlap: fc.nat(),
    until: time,
    replaces: fc.array(id, { maxLength: 2 }),
  },
  { requiredKeys: ['path', 'ref', 'step', 'started_at', 'overlap'] },
)

const entry: fc.Arbitrary<LedgerEntry> = fc
  .record({
    objects: fc.uniqueArray(object, { maxLength: 4, comparator: isSameObject }),
    until: time,
    retires: fc.boolean(),
    file: fc.string(),
    fingerprints: map,
    rest: fc.record(
      {
        hash: fc.string(),
        applied_at: time,
        tool_version: fc.string(),
        secrets_written: fc.dictionary(name, time, { maxKeys: 2 }),
        rotation,
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ objects, until, retires, rest, ...required }) => ({
    ...required,
    ...rest,
    objects: retires ? objects.slice(1) : objects,
    ...(retires && objects.length > 0 ? { retiring: objects.slice(0, 1).map((item) => ({ ...item, until })) } : {}),
  }))

const intent: fc.Arbitrary<Intent> = fc.record(
  {
    key: name,
    file: fc.string(),
    part: fc.string(),
    scope: fc.string(),
    identity: fc.string(),
    seen: fc.array(id, { maxLength: 3 }),
    at: time,
    repair: fc.record({ target: id, call: fc.array(fc.record({ agent: fc.string() }), { maxLength: 2 }) }),
  },
  { requiredKeys: ['key', 'file', 'part', 'scope', 'identity', 'seen', 'at'] },
)

/** Any ledger that a run could have written. */
export const anyLedger: fc.Arbitrary<Ledger> = fc.record({
  format: fc.constant<1>(1),
  lineage: fc.uuid(),
  serial: fc.nat(),
  accounts: fc.dictionary(
    name,
    fc.record({
      identity: map,
      webhooks: fc.dictionary(name, entry, { maxKeys: 4 }),
      intents: fc.dictionary(name, intent, { maxKeys: 2 }),
    }),
    { maxKeys: 3 },
  ),
})

const place = { account: fc.constantFrom('a', 'b'), key: fc.constantFrom('x', 'y', '10') }

/** Any change, over few accounts and keys, so that changes meet. */
export const anyChange: fc.Arbitrary<LedgerChange> = fc.oneof(
  fc.record({ kind: fc.constant('put-entry' as const), ...place, entry }),
  fc.record({ kind: fc.constant('remove-entry' as const), ...place }),
  fc.record({ kind: fc.constant('move-entry' as const), from: fc.record(place), to: fc.record(place) }),
  fc.record({ kind: fc.constant('put-intent' as const), account: place.account, id, intent }),
  fc.record({ kind: fc.constant('settle-intent' as const), account: place.account, id }),
  fc.record({ kind: fc.constant('set-identity' as const), account: place.account, identity: map }),
  fc.record({ kind: fc.constant('own-object' as const), ...place, object, file: fc.string() }),
  fc.record({ kind: fc.constant('disown-object' as const), ...place, id }),
  fc.record({ kind: fc.constant('retire-object' as const), ...place, id, until: time }),
)
