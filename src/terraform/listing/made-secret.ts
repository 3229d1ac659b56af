import type { Secret } from '../../core/secret.ts'
import type { VendorAccount } from '../account/vendor-account.ts'
import type { CtyObject } from '../cty/value.ts'
import { fault } from '../diagnostics.ts'
import type { EphemeralResource, ProviderDiagnostic } from '../provider.ts'
import { parseId, scopeOf } from '../resource/object-ids.ts'
import { tellError } from '../resource/tell-error.ts'
import { untilAborted } from '../resource/until-aborted.ts'
import type { WebhookType } from '../resource/webhook-type.ts'
import { textOf } from '../values/known.ts'

/** Reads the secret that a vendor made, for use where nothing is kept. */
export function madeSecret(type: WebhookType): EphemeralResource {
  const failed = (diagnostics: readonly ProviderDiagnostic[]) => ({ result: null, diagnostics })
  return {
    validate: async () => ({ diagnostics: [] }),
    open: async (config, signal) => {
      const answer = type.account()
      if (answer.state !== 'ready') {
        return { ...failed(answer.diagnostics), isTooEarly: answer.state === 'unknown' }
      }
      try {
        const secret = await untilAborted(readMade(type, answer.account, config, signal), signal)
        if (secret === undefined) return failed([withoutSecret(type, textOf(config['id']))])
        return { result: { ...config, [nameOf(type)]: secret.reveal() }, diagnostics: [] }
      } catch (error) {
        return failed([tellError(error)])
      }
    },
  }
}

async function readMade(
  { definition }: WebhookType,
  account: VendorAccount,
  config: CtyObject,
  signal: AbortSignal,
): Promise<Secret | undefined> {
  const [id] = parseId(definition, textOf(config['id']))
  const { readSecret } = await account.api()
  return id === undefined ? undefined : readSecret?.({ id, scope: scopeOf(definition, config) }, signal)
}

function nameOf({ definition }: WebhookType): string {
  return definition.serverSecret ?? ''
}

function withoutSecret({ definition }: WebhookType, id: string): ProviderDiagnostic {
  return fault(`${definition.title} tells no secret of the webhook ${id}.`, 'Check the id.', ['id'])
}
