import type { Diagnostic } from '../core/diagnostic.ts'
import { isAccountEntry, type Ledger, ledgerAccountId } from '../core/ledger.ts'
import type { TrustedProject } from './trusted-project.ts'

/**
 * Tells of accounts that a loaded file declared once and none declares now: nothing reads them, so their webhooks stay
 * live, and a mistyped or lost account must not read as "no changes".
 */
export function tellUndeclared(
  { accounts, ledgerFiles }: TrustedProject,
  ledger: Ledger | undefined,
): readonly Diagnostic[] {
  return Object.entries(ledger?.accounts ?? {}).flatMap(([id, { identity, webhooks }]) => {
    if (accounts.some(({ account }) => id.startsWith(`${account.name}@`))) return []
    const count = Object.entries(webhooks).filter(
      ([entry, owned]) => !isAccountEntry(entry, owned) && ledgerFiles.includes(owned.file),
    ).length
    const name = id.slice(0, -ledgerAccountId('', identity).length)
    return count === 0 ? [] : [undeclared(name, count)]
  })
}

function undeclared(name: string, count: number): Diagnostic {
  return {
    code: 'HS3020',
    severity: 'warning',
    message: `${count === 1 ? '1 owned webhook is' : `${count} owned webhooks are`} kept, because no file declares the account ${name} any more.`,
    hint: `To delete them, bring the account back with "webhooks: {}" and apply; \`hooks-sync forget '${name}/*'\` lets them live.`,
  }
}
