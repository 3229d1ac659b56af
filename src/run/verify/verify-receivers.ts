import PQueue from 'p-queue'
import type { ReceiverCheck, VerifiedReceiver } from '../../core/verification.ts'
import { callReceiver } from '../../http/receiver-call.ts'
import { findProvider } from '../../providers/registry.ts'
import { callEnvironment, type Trust } from '../../trust/trust.ts'
import type { SyncOptions } from '../options.ts'
import { version } from '../version.ts'
import { checkReceiver, usualTimeLimitMs } from './check-receiver.ts'
import { type DeclaredReceiver, eventOf, missingSecrets, signingKeyOf } from './declared-receiver.ts'

export type VerifyOptions = Pick<SyncOptions, 'env' | 'parallelism' | 'scrub' | 'stop'> & {
  /** How long a receiver may take, in milliseconds; what its vendor documents when absent. */
  readonly timeLimitMs?: number
}

/** Sends each receiver deliveries that imitate its vendor's, and nothing to any other host. */
export async function verifyReceivers(
  receivers: readonly DeclaredReceiver[],
  trust: Trust,
  options: VerifyOptions,
): Promise<readonly VerifiedReceiver[]> {
  const queue = new PQueue({ concurrency: options.parallelism })
  return Promise.all(receivers.map((receiver) => queue.add(() => verifyReceiver(receiver, trust, options))))
}

async function verifyReceiver(
  receiver: DeclaredReceiver,
  trust: Trust,
  options: VerifyOptions,
): Promise<VerifiedReceiver> {
  const { provider, key, definition, fields, at } = receiver
  const url = fields['url']
  return {
    provider,
    type: definition.type,
    key,
    url: typeof url === 'string' ? url : '',
    event: eventOf(receiver),
    ...(at === undefined ? {} : { at }),
    checks: await tryReceiver(receiver, trust, options),
  }
}

async function tryReceiver(
  receiver: DeclaredReceiver,
  trust: Trust,
  { env, scrub, stop, timeLimitMs }: VerifyOptions,
): Promise<readonly ReceiverCheck[]> {
  const { definition, fields } = receiver
  if (fields['enabled'] === false) return [skipped('is not tried: it is declared as switched off')]
  const missing = missingSecrets(receiver)
  if (missing.length > 0) return [skipped(`cannot be tried: there is no value for ${missing.join(', ')}`)]
  const provider = findProvider(definition.type)
  if (provider === undefined) throw new TypeError(`No provider is registered for the type ${definition.type}.`)
  const { deliveries } = await provider.loadDeliveries()
  const limit = timeLimitMs ?? deliveries.timeLimitMs ?? usualTimeLimitMs
  const secret = signingKeyOf(receiver)
  const about = { deliveries, vendor: definition.title, timeLimitMs: limit, fields, event: eventOf(receiver) }
  return checkReceiver({ ...about, ...(secret === undefined ? {} : { secret }) }, (request) =>
    callReceiver(request, {
      timeoutMs: limit,
      env: callEnvironment(trust, env),
      userAgent: `hooks-sync/${version}`,
      signal: stop,
      scrub,
    }),
  )
}

function skipped(message: string): ReceiverCheck {
  return { name: 'accepts', outcome: 'skipped', message }
}
