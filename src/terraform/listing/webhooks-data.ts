import { maskCredentials } from '../../report/mask-urls.ts'
import type { NestedAttributes, TerraformBlock } from '../../schema/terraform-type.ts'
import { type CtyObject, type CtyValue, isObject } from '../cty/value.ts'
import type { DataSource } from '../provider.ts'
import { idAttributes } from '../resource/object-ids.ts'
import { type Holding, mergeLive } from '../resource/state-of.ts'
import { tellError } from '../resource/tell-error.ts'
import { untilAborted } from '../resource/until-aborted.ts'
import type { WebhookType } from '../resource/webhook-type.ts'
import { showLive } from '../values/shown.ts'
import { findWebhooks } from './find-webhooks.ts'

/** Lists the webhooks of an account for a configuration to read; no secret is among what it shows. */
export function webhooksData(type: WebhookType, block: TerraformBlock): DataSource {
  const shown = nestedOf(block)
  return {
    validate: async () => ({ diagnostics: [] }),
    read: async (config, signal) => {
      const answer = type.account()
      if (answer.state !== 'ready') {
        return { state: null, diagnostics: answer.diagnostics, isTooEarly: answer.state === 'unknown' }
      }
      try {
        const found = await untilAborted(findWebhooks(answer.account, config), signal)
        return { state: { ...config, webhooks: found.map((one) => show(type, shown, one)) }, diagnostics: [] }
      } catch (error) {
        return { state: null, diagnostics: [tellError(error)] }
      }
    },
  }
}

function nestedOf({ attributes }: TerraformBlock): NestedAttributes {
  const { webhooks } = attributes
  if (webhooks === undefined || !('nested' in webhooks)) throw new TypeError('A data source lists webhooks.')
  return webhooks.nested
}

function show({ definition }: WebhookType, { attributes }: NestedAttributes, held: Holding): CtyObject {
  const live = mergeLive(definition, held.live)
  return hideCredentials({
    ...showLive(attributes, definition.fields, live, null),
    ...idAttributes(definition, held.objects),
  })
}

/** What is read ends up in the state, and nobody declared which parts of these URLs are secret. */
function hideCredentials(block: CtyObject): CtyObject {
  return Object.fromEntries(Object.entries(block).map(([name, value]) => [name, hide(value)]))
}

function hide(value: CtyValue): CtyValue {
  if (typeof value === 'string') return maskCredentials(value)
  if (Array.isArray(value)) return value.map(hide)
  return isObject(value) ? hideCredentials(value) : value
}
