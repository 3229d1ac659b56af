import { accountKey } from '../core/ledger.ts'
import type { ApplySummary } from '../core/outcome.ts'
import type { Plan } from '../core/plan.ts'
import { applyPlan } from '../engine/apply-plan.ts'
import type { OpenLedger } from '../engine/ledger/ledger-store.ts'
import type { Ports } from '../engine/ports.ts'
import type { ReadAccount } from '../engine/read-accounts.ts'
import { makeRunLedger, noLedger } from '../engine/run-ledger.ts'
import { fingerprintFields } from '../secrets/fingerprint-fields.ts'
import { countWrites } from './count-writes.ts'
import type { SyncOptions } from './options.ts'
import type { Planned } from './plan-project.ts'
import { clockOf, explain } from './run-settings.ts'
import { version } from './version.ts'

/** Carries out what was decided, over the connections that the plan was made with. */
export function carryOut(
  decided: Plan,
  { accounts, secrets }: Omit<Planned, 'narrow'>,
  ledger: OpenLedger | undefined,
  options: SyncOptions,
): Promise<ApplySummary> {
  let writes = 0
  const { emit, stop, allow, parallelism } = options
  const clock = clockOf(options)
  const portsOf = ({ api, input: { definition } }: ReadAccount): Ports => ({
    api: countWrites(api, explain, () => (writes += 1)),
    ledger: ledger === undefined ? noLedger : makeRunLedger(ledger),
    vault: secrets.vault,
    clock,
    fingerprint: ({ provider, key, path }, value) =>
      secrets.fingerprint?.(value, { account: provider, webhook: key, field: path }),
    fingerprints: ({ provider, key }, fields) =>
      secrets.fingerprint === undefined
        ? {}
        : fingerprintFields(
            secrets.fingerprint,
            (key === accountKey ? definition.accountFields : definition.fields) ?? {},
            fields,
            { account: provider, webhook: key },
          ),
    explain,
    emit,
    stop,
    toolVersion: version,
  })
  return applyPlan({
    plan: decided,
    accounts,
    gapAllowed: allow.gap,
    parallelism,
    portsOf,
    clock,
    stop,
    writes: () => writes,
  })
}
