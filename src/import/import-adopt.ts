import { type Action, claimedIds } from '../core/action.ts'
import { declaredOf } from '../core/import-webhooks.ts'
import { ledgerAccountId } from '../core/ledger.ts'
import type { OpenLedger } from '../engine/ledger/ledger-store.ts'
import { recordAction } from '../engine/record-action.ts'
import { makeRunLedger } from '../engine/run-ledger.ts'
import { version } from '../run/version.ts'
import type { SettledAccount } from './import-settle.ts'

/** Records in the ledger that imported webhooks are owned; no vendor is called. */
export async function adoptImported(accounts: readonly SettledAccount[], open: OpenLedger): Promise<void> {
  for (const account of accounts) await adoptAccount(account, open)
}

async function adoptAccount({ made, plan, secrets }: SettledAccount, open: OpenLedger): Promise<void> {
  const { name, identity } = plan.account
  const keys = new Set(declaredOf(made).map((webhook) => webhook.key))
  const actions = plan.actions.filter((action) => keys.has(action.key))
  if (actions.length === 0) return
  const account = ledgerAccountId(name, identity)
  if (open.ledger.accounts[account] === undefined) await open.record({ kind: 'set-identity', account, identity })
  const ports = {
    ledger: makeRunLedger(open),
    clock: { now: Date.now },
    toolVersion: version,
  }
  const claimed = claimedIds(plan.actions)
  const context = { account: plan.account, renamed: new Map(), captured: new Map(), made: new Map(), claimed }
  for (const action of actions)
    await recordAction(ports, context, secrets.has(action.key) ? withKnownSecrets(action) : action)
}

/** What the vendor hides was just read from it: it is no longer unknown whether the store holds the same. */
function withKnownSecrets(action: Action): Action {
  return { ...action, changes: action.changes.filter((change) => !('secret' in change) || change.secret !== 'unknown') }
}
