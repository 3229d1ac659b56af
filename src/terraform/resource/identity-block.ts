import type { CtyObject } from '../cty/value.ts'
import type { WebhookType } from './webhook-type.ts'

/** Renders the identity of a webhook: its account, and the id that it keeps. */
export function identityBlock({ definition, account }: WebhookType, id: string): CtyObject {
  const answer = account()
  const settings = answer.state === 'ready' ? answer.account.account.settings : {}
  const named = definition.accountIdentity.map((name) => {
    const value = settings[name]
    return [name, typeof value === 'string' ? value : null] as const
  })
  return { ...Object.fromEntries(named), id }
}
