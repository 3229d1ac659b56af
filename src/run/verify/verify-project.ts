import { type Diagnostic, hasErrors } from '../../core/diagnostic.ts'
import type { Plan } from '../../core/plan.ts'
import type { DesiredValues } from '../../core/value.ts'
import { type VerifiedReceiver, verdictOf } from '../../core/verification.ts'
import { fillSlots, type ResolvedSlots, resolveSlots } from '../../secrets/resolve-slots.ts'
import type { Trust } from '../../trust/trust.ts'
import { requireTrust } from '../../trust/untrusted.ts'
import { toSlotWant } from '../account-sources.ts'
import { load } from '../load.ts'
import type { SyncOptions } from '../options.ts'
import { openSecrets } from '../secrets-of-run.ts'
import { makeSelection, type Selection } from '../selection.ts'
import type { DeclaredReceiver } from './declared-receiver.ts'
import { sendTestEvents } from './test-events.ts'
import { type VerifyOptions, verifyReceivers } from './verify-receivers.ts'

export interface Verified {
  readonly receivers: readonly VerifiedReceiver[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Proves of each selected receiver that it takes what its vendor sends, and nothing else. Writes nothing. */
export async function verify(options: SyncOptions & Pick<VerifyOptions, 'timeLimitMs'>): Promise<Verified> {
  const loaded = await load(options)
  if (hasErrors(loaded.diagnostics)) return { receivers: [], diagnostics: loaded.diagnostics }
  const { trust } = loaded.project
  requireTrust(trust, 'verify')
  const selection = makeSelection(options, loaded.project, undefined)
  const secrets = await openSecrets(selection.project, options)
  try {
    const resolved = await resolveSlots(secrets.resolver, wantsOf(selection))
    const diagnostics = [...loaded.diagnostics, ...selection.diagnostics, ...resolved.diagnostics]
    if (selection.diagnostics.length > 0) return { receivers: [], diagnostics }
    const tried = await verifyReceivers(declaredReceivers(selection, resolved), trust, options)
    const receivers = await sendTestEvents(loaded, tried, options)
    return { receivers, diagnostics: [...diagnostics, ...receivers.flatMap(toDiagnostics)] }
  } finally {
    await secrets.close()
  }
}

/** Proves the receivers of what a plan is about to write. */
export function verifyPlan(plan: Plan, trust: Trust, options: VerifyOptions): Promise<readonly VerifiedReceiver[]> {
  return verifyReceivers(plan.accounts.flatMap(plannedReceivers), trust, options)
}

/** The secrets that deliveries need: those of selected webhooks, and what accounts share. */
function wantsOf({ project, selects }: Selection): Parameters<typeof resolveSlots>[1] {
  const shared = new Map(project.accounts.map(({ account, definition }) => [account.name, definition.accountFields]))
  return project.secrets
    .filter(({ path: [top, provider, section, key] }) => {
      if (top !== 'providers') return false
      if (section === 'webhooks') return selects(`${String(provider)}/${String(key)}`)
      return shared.get(String(provider))?.[String(section)] !== undefined
    })
    .map((secret) => toSlotWant(project, secret))
}

function declaredReceivers({ project, selects }: Selection, resolved: ResolvedSlots): readonly DeclaredReceiver[] {
  return project.accounts.flatMap(({ account, definition, desired = [] }) => {
    const shared = fillSlots(sharedFields(account.settings, definition.accountFields ?? {}), resolved)
    return desired
      .filter(({ key, abandon }) => selects(`${account.name}/${key}`) && !abandon)
      .map(({ key, fields, at }) => ({
        provider: account.name,
        key,
        definition,
        fields: fillSlots(fields, resolved),
        shared,
        ...(at === undefined ? {} : { at }),
      }))
  })
}

function sharedFields(settings: DesiredValues, declared: Readonly<Record<string, unknown>>): DesiredValues {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => declared[name] !== undefined))
}

const writing: ReadonlySet<string> = new Set(['create', 'update', 'replace'])

function plannedReceivers({ account, definition, actions }: Plan['accounts'][number]): readonly DeclaredReceiver[] {
  const shared = actions.find((action) => action.shared !== undefined)?.shared?.fields ?? {}
  return actions.flatMap(({ kind, key, desired }) => {
    if (desired === undefined || !writing.has(kind)) return []
    const { fields, at } = desired
    return [{ provider: account.name, key, definition, fields, shared, ...(at === undefined ? {} : { at }) }]
  })
}

function toDiagnostics(receiver: VerifiedReceiver): readonly Diagnostic[] {
  if (verdictOf(receiver) !== 'failed') return []
  const { provider, key, at, checks } = receiver
  return checks
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ message, hint }) => ({
      code: 'HS4013',
      severity: 'error',
      message: `The receiver of ${provider}/${key} ${message}.`,
      ...(hint === undefined ? {} : { hint }),
      provider,
      key,
      ...(at === undefined ? {} : { at }),
    }))
}
