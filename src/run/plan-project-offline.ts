import type { Diagnostic } from '../core/diagnostic.ts'
import type { Ledger } from '../core/ledger.ts'
import { findLedgerAccount } from '../core/make-plan.ts'
import type { Plan } from '../core/plan.ts'
import { planOffline } from '../core/plan-offline.ts'
import { hashWebhook } from '../engine/hash-webhook.ts'
import type { Loaded } from './load.ts'
import type { SyncOptions } from './options.ts'
import { filesOf, planOptions } from './run-settings.ts'
import { makeSelection } from './selection.ts'

/** Plans by what the ledger remembers; no secret is read and no socket opened. */
export async function planProjectOffline(loaded: Loaded, options: SyncOptions): Promise<Plan> {
  const isRemote = loaded.ledger !== undefined && isAddress(loaded.ledger.place)
  const ledger = isRemote ? undefined : await loaded.ledger?.read()
  const plan = planByLedger(loaded, ledger, options)
  return isRemote ? { ...plan, diagnostics: [...plan.diagnostics, ledgerNotRead()] } : plan
}

function planByLedger(loaded: Loaded, ledger: Ledger | undefined, options: SyncOptions): Plan {
  const selection = makeSelection(options, loaded.project, ledger)
  const files = filesOf(loaded, options)
  const accounts = selection.project.accounts.map(({ account, definition, desired }) =>
    planOffline({
      account,
      definition,
      desired: desired?.map((webhook) => ({ ...webhook, hash: hashWebhook(webhook) })),
      desiredFields: {},
      ledger: ledger && findLedgerAccount(ledger, account, files).account,
      files,
      options: planOptions(options, selection),
    }),
  )
  return { accounts, diagnostics: [...loaded.diagnostics, ...selection.diagnostics], calls: 0 }
}

/** A ledger that several machines share has an address; one of this machine has a path. */
function isAddress(place: string): boolean {
  return /^[a-z0-9+]+:\/\//iu.test(place)
}

function ledgerNotRead(): Diagnostic {
  return {
    code: 'HS6003',
    severity: 'warning',
    message: 'The ledger is not on this machine and is not read offline, so nothing is known of what was applied.',
    hint: 'Every webhook shows as new; a plan with network tells more.',
  }
}
