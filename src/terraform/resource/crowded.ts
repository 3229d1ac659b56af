import { quotaGroup } from '../../core/quota.ts'
import type { LiveObject } from '../../core/webhook.ts'
import type { PlannedObject } from '../account/planned-webhooks.ts'
import type { VendorAccount } from '../account/vendor-account.ts'
import type { ProviderDiagnostic } from '../provider.ts'
import type { WebhookType } from './webhook-type.ts'

/**
 * Warns where webhooks that no resource has leave too little room for a new one. The apply may still find some: somebody
 * deletes one, or a resource that this run was not told to look at goes.
 */
export async function warnOfCrowd(
  { definition, clock }: WebhookType,
  account: VendorAccount,
  wanted: readonly PlannedObject[],
  live: readonly LiveObject[],
): Promise<readonly ProviderDiagnostic[]> {
  const { quota, title } = definition
  if (quota === undefined) return []
  for (const group of new Set(wanted.map(({ object }) => quotaGroup(definition, quota, object)))) {
    const there = live.filter((object) => quotaGroup(definition, quota, object) === group)
    if (there.length < quota.limit) continue
    const foreign = await account.unclaimed(clock, there)
    const planned = account.planned.count(group)
    if (foreign.length === 0 || planned + foreign.length <= quota.limit) continue
    const ids = foreign.map(({ id }) => id).join(', ')
    return [
      {
        severity: 'warning',
        summary: `This plan makes ${planned} ${title} webhooks ${quota.words}, and ${foreign.length} are live beside them: ${quota.limit} are allowed.`,
        detail: `Import what is to stay, or delete what is not needed: ${ids}. Otherwise the apply is refused.`,
      },
    ]
  }
  return []
}
