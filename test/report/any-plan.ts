import * as fc from 'fast-check'
import { actionKinds, type Change } from '../../src/core/action.ts'
import type { AccountPlan, Plan } from '../../src/core/plan.ts'
import type { DesiredValue } from '../../src/core/value.ts'
import { aDiagnostic, aLive, anAccountPlan, anAction, aPlan, aRefusal } from './build-plan.ts'

/** Text as bad as vendors and users can write it: control characters, markup, mentions, lone surrogates. */
export function wildText(): fc.Arbitrary<string> {
  const bad = [
    '\u001b[2J',
    '\r',
    '\n',
    '\u009b',
    '\u202e',
    '\u2028',
    '\u007f',
    '\ud800',
    '|',
    '`',
    '</details>',
    '<script>',
    '@team',
    '[a](b)',
    '*',
    '_',
    '\\',
    '\t',
    '&amp;',
    '-->',
    '\u{e0041}',
  ]
  return fc
    .array(fc.oneof(fc.constantFrom(...bad), fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 6 })
    .map((parts) => parts.join(''))
}

function anyValue(): fc.Arbitrary<
  string | number | boolean | null | readonly string[] | Readonly<Record<string, string>>
> {
  return fc.oneof(
    wildText(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(wildText(), { maxLength: 8 }),
    fc.dictionary(wildText(), wildText(), { maxKeys: 3, noNullPrototype: true }),
  )
}

function anyChange(): fc.Arbitrary<Change> {
  return fc.oneof(
    fc.record({
      path: wildText(),
      before: anyValue(),
      after: anyValue(),
      effect: fc.constantFrom('in-place', 'replace', 'none'),
    }),
    fc.record({ path: wildText(), secret: fc.constantFrom('same', 'differs', 'unknown', 'write', 'capture') }),
  )
}

/** Any plan of one account, with texts nobody would wish for. */
function anyAccountPlan(fields: Readonly<Record<string, DesiredValue>>): fc.Arbitrary<AccountPlan> {
  const action = fc
    .record({
      kind: fc.constantFrom(...actionKinds),
      key: wildText(),
      changes: fc.array(anyChange(), { maxLength: 4 }),
      reason: wildText(),
      gap: wildText(),
      live: wildText(),
    })
    .map(({ live, ...parts }) => {
      const desired = {
        provider: 'acme-eu',
        key: parts.key,
        fields,
        file: 'f',
        protected: false,
        allowGap: false,
        abandon: false,
      }
      return anAction({ ...parts, desired, objects: [{ op: 'delete', live: aLive(live, `https://x.test/${live}`) }] })
    })
  return fc
    .record({
      name: wildText(),
      actions: fc.array(action, { maxLength: 5 }),
      unmanaged: fc.array(wildText(), { maxLength: 4 }),
      keys: fc.array(wildText(), { maxLength: 3 }),
      refusals: fc.array(wildText(), { maxLength: 2 }),
      findings: fc.array(wildText(), { maxLength: 2 }),
    })
    .map((parts) =>
      anAccountPlan(
        {
          actions: parts.actions,
          unmanaged: parts.unmanaged.map((id) => aLive(id, id)),
          duplicates: parts.keys.map((key) => ({
            provider: parts.name,
            type: 'acme',
            key,
            kept: key,
            twins: [aLive(`${key}2`)],
          })),
          outOfScope: parts.keys,
          orphaned: parts.keys,
          abandoned: parts.keys,
          refusals: parts.refusals.map((message) =>
            aRefusal({ message, hint: message, provider: parts.name, key: message }),
          ),
          diagnostics: parts.findings.map((message) => aDiagnostic({ message, hint: message, provider: parts.name })),
        },
        parts.name,
      ),
    )
}

/** Any plan; `fields` are what its actions desire. */
export function anyPlan(fields: Readonly<Record<string, DesiredValue>> = {}): fc.Arbitrary<Plan> {
  return fc.array(anyAccountPlan(fields), { maxLength: 4 }).map((accounts) => aPlan(accounts))
}
