import type { Ledger } from '../../core/ledger.ts'
import type { AccountPlan } from '../../core/plan.ts'
import type { ReceiverCheck, VerifiedReceiver } from '../../core/verification.ts'
import type { ReadAccount } from '../../engine/read-accounts.ts'
import { findProvider } from '../../providers/registry.ts'
import type { Loaded } from '../load.ts'
import type { SyncOptions } from '../options.ts'
import { closePlanned, planProject } from '../plan-project.ts'
import { explain } from '../run-settings.ts'

/** Has the vendors that can do so send their own test event, where nobody but declared receivers gets it. */
export async function sendTestEvents(
  loaded: Loaded,
  receivers: readonly VerifiedReceiver[],
  options: SyncOptions,
): Promise<readonly VerifiedReceiver[]> {
  const accounts = await accountsWithTestEvent(receivers)
  if (accounts.size === 0) return receivers
  const checks = await orderTestEvents(loaded, accounts, options)
  return receivers.map((receiver) => {
    const check = checks(receiver)
    return check === undefined ? receiver : { ...receiver, checks: [check, ...receiver.checks] }
  })
}

async function accountsWithTestEvent(receivers: readonly VerifiedReceiver[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const { type, provider, checks } of receivers) {
    const isTried = checks.some(({ outcome }) => outcome !== 'skipped')
    const deliveries = await findProvider(type)?.loadDeliveries()
    if (isTried && deliveries?.deliveries.hasTestEvent === true) found.add(provider)
  }
  return found
}

type CheckOf = (receiver: Pick<VerifiedReceiver, 'provider' | 'key'>) => ReceiverCheck | undefined

async function orderTestEvents(loaded: Loaded, accounts: ReadonlySet<string>, options: SyncOptions): Promise<CheckOf> {
  // Without a ledger all that the files do not declare is somebody else's, whoever made it.
  const ledger: Ledger | undefined = undefined
  const whole = { ...options, targets: [...accounts], excludes: [], ledger: false } as const
  const planned = await planProject(loaded, ledger, whole, 'plan')
  try {
    const checks = new Map<string, (key: string) => ReceiverCheck>()
    for (const plan of planned.plan.accounts) {
      const read = planned.accounts.find(({ input }) => input.account.name === plan.account.name)
      if (read !== undefined) checks.set(plan.account.name, await orderTestEvent(plan, read, options))
    }
    const unread: ReceiverCheck = failed('its account cannot be read, so no test event was ordered')
    return ({ provider, key }) => {
      if (!accounts.has(provider)) return undefined
      return checks.get(provider)?.(key) ?? unread
    }
  } finally {
    await closePlanned(planned)
  }
}

/** Orders the test event of one account, and says what that shows of each of its webhooks. */
async function orderTestEvent(
  { definition, actions, unmanaged, duplicates }: AccountPlan,
  { api }: ReadAccount,
  { stop }: SyncOptions,
): Promise<(key: string) => ReceiverCheck> {
  const { title } = definition
  const missing = new Set(actions.filter(({ kind }) => kind === 'create').map(({ key }) => key))
  const others = unmanaged.length + duplicates.length
  if (others > 0) {
    const message = `was sent no test event of ${title}: ${others} webhooks that are not declared would get it too`
    return () => ({ name: 'test-event', outcome: 'skipped', message })
  }
  try {
    await api.sendTest?.(stop)
  } catch (error) {
    const { failure } = explain(error)
    return () => failed(`was sent no test event of ${title}: ${failure.message}`)
  }
  return (key) =>
    missing.has(key)
      ? { name: 'test-event', outcome: 'skipped', message: `is not live yet, so ${title} sends it no test event` }
      : {
          name: 'test-event',
          outcome: 'passed',
          message: `is sent a test event by ${title}, which does not say what became of it`,
        }
}

function failed(message: string): ReceiverCheck {
  return { name: 'test-event', outcome: 'failed', message }
}
