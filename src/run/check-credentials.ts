import type { LoadedAccount, LoadedProject } from '../config/project.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import type { ResolvedSlots } from '../secrets/resolve-slots.ts'

/**
 * Leaves out accounts whose credentials no request could carry, such as one with the line break of the file it came
 * from, and says so: sent all the same, it would look as if the vendor could not be reached.
 */
export function refuseUnsendable(
  project: LoadedProject,
  use: 'plan' | 'apply',
  resolved: ResolvedSlots,
): ResolvedSlots {
  const found = project.accounts.flatMap((loaded) => checkCredentials(project, loaded, use, resolved))
  return {
    ...resolved,
    failedAccounts: new Set([...resolved.failedAccounts, ...found.flatMap(({ provider }) => provider ?? [])]),
    diagnostics: [...resolved.diagnostics, ...found],
  }
}

function checkCredentials(
  project: LoadedProject,
  { account, auth }: LoadedAccount,
  use: 'plan' | 'apply',
  { valueOf }: ResolvedSlots,
): readonly Diagnostic[] {
  return Object.entries(auth[use]).flatMap(([name, slot]) => {
    const flaw = valueOf(slot)?.whatCannotBeSent()
    if (flaw === undefined) return []
    const path = project.secrets.find((declared) => declared.slot === slot)?.path
    const place = path === undefined ? undefined : project.place(path)
    return [
      {
        code: 'HS2017',
        severity: 'error',
        message: `The ${name} of ${account.name} holds ${flaw}, which no request can carry.`,
        hint: `Store the value alone at ${slot.source.ref}.`,
        provider: account.name,
        ...(place === undefined ? {} : { at: place.at }),
      },
    ] as const
  })
}
