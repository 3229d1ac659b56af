import type { LiveObject } from '../../core/webhook.ts'
import type { VendorAccount } from '../account/vendor-account.ts'
import type { CtyObject } from '../cty/value.ts'
import type { Listed, ListResource } from '../provider.ts'
import { identityBlock } from '../resource/identity-block.ts'
import { renderId } from '../resource/object-ids.ts'
import { type Holding, stateAsLive } from '../resource/state-of.ts'
import { tellError } from '../resource/tell-error.ts'
import { untilAborted } from '../resource/until-aborted.ts'
import type { WebhookType } from '../resource/webhook-type.ts'
import { findWebhooks } from './find-webhooks.ts'

/** Finds the webhooks of an account for a query, so that they can be imported. */
export function webhooksQuery(type: WebhookType): ListResource {
  return {
    validate: async () => ({ diagnostics: [] }),
    async *list({ config, withResource, limit }, signal) {
      const answer = type.account()
      if (answer.state !== 'ready') {
        yield failed(type, answer.diagnostics)
        return
      }
      const found = await findOrTell(type, answer.account, config, signal)
      const wanted = limit > 0 ? found.slice(0, limit) : found
      for (const one of wanted) yield 'live' in one ? listed(type, one, withResource) : one
    },
  }
}

async function findOrTell(
  type: WebhookType,
  account: VendorAccount,
  config: CtyObject,
  signal: AbortSignal,
): Promise<readonly (Holding | Listed)[]> {
  try {
    return await untilAborted(findWebhooks(account, config), signal)
  } catch (error) {
    return [failed(type, [tellError(error)])]
  }
}

function listed(type: WebhookType, held: Holding, withResource: boolean): Listed {
  return {
    displayName: describe(held.live),
    identity: identityBlock(type, renderId(type.definition, held.objects)),
    ...(withResource ? { resource: stateAsLive(type, null, held) } : {}),
    diagnostics: [],
  }
}

function describe(live: readonly LiveObject[]): string {
  const url = live[0]?.fields['url']
  const parts = live.flatMap(({ part }) => (part === '' ? [] : [part])).toSorted()
  const address = typeof url === 'string' ? (url.split('?')[0] ?? url) : (live[0]?.id ?? '')
  return parts.length === 0 ? address : `${address} (${parts.join(', ')})`
}

function failed(type: WebhookType, diagnostics: Listed['diagnostics']): Listed {
  return { displayName: type.definition.title, identity: identityBlock(type, ''), diagnostics }
}
