import type { NestedAttributes, TerraformBlock } from '../../schema/terraform-type.ts'
import type { CtyObject } from '../cty/value.ts'
import type { DataSource } from '../provider.ts'
import { unknownAccount } from '../resource/apply-webhook.ts'
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
      if (answer.state === 'unknown') return { state: null, diagnostics: [unknownAccount(type)] }
      if (answer.state === 'unusable') return { state: null, diagnostics: answer.diagnostics }
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
  return { ...showLive(attributes, definition.fields, live, null), ...idAttributes(definition, held.objects) }
}
