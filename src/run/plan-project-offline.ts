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
export function planProjectOffline(loaded: Loaded, ledger: Ledger | undefined, options: SyncOptions): Plan {
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
