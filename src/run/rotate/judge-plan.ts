import type { Action, ObjectChange } from '../../core/action.ts'
import type { Diagnostic } from '../../core/diagnostic.ts'
import type { Ledger } from '../../core/ledger.ts'
import type { Plan } from '../../core/plan.ts'
import type { SigningSecret } from './find-secrets.ts'
import { entryOf, type RotationGroup, refusal } from './rotation-group.ts'

export interface JudgedGroups {
  readonly ready: readonly RotationGroup[]
  readonly refused: readonly Diagnostic[]
}

/** Lets through the secrets whose webhooks differ from the files in nothing else. */
export function judgeGroups(groups: readonly RotationGroup[], plan: Plan, ledger: Ledger): JudgedGroups {
  const actions = new Map(
    plan.accounts.flatMap((account) => account.actions.map((action) => [action.id, action] as const)),
  )
  const judged = groups.map((group) => ({
    group,
    faults: group.members.flatMap((one) => faultOf(group, one, actions, ledger)),
  }))
  return {
    ready: judged.filter(({ faults }) => faults.length === 0).map(({ group }) => group),
    refused: judged.flatMap(({ faults }) => faults),
  }
}

function faultOf(
  group: RotationGroup,
  member: SigningSecret,
  actions: ReadonlyMap<string, Action>,
  ledger: Ledger,
): readonly Diagnostic[] {
  const action = actions.get(member.id)
  if (action === undefined) {
    return [
      refusal(
        member,
        'its account cannot be read, so nothing is sent there.',
        'Settle that first, and run the command again.',
      ),
    ]
  }
  if (isCutReplace(group, member, action, ledger)) return []
  const other = otherDifference(group, member, action)
  if (other === undefined) return []
  const hint = `Apply it first: hooks-sync apply --target '${member.id}'`
  return [refusal(member, `${other}, and rotating writes nothing but the secret.`, hint)]
}

/** Names what an action would do beside the secret; undefined for nothing. */
function otherDifference(group: RotationGroup, { path }: SigningSecret, action: Action): string | undefined {
  if (action.movedFrom !== undefined) return `it was known as ${action.movedFrom} when it was last applied`
  if (action.kind === 'create') return 'it is not live'
  const paths = action.changes
    .filter((change) => change.path !== path && isWritten(change))
    .map((change) => change.path)
  if (paths.length > 0) return `it differs from the file in ${paths.join(', ')} as well`
  return action.objects.every((change) => isOfRotation(group, path, change))
    ? undefined
    : 'parts of it are missing or left over'
}

/** A run that died while it replaced the webhook has left it as no file declares it, and goes on with just that. */
function isCutReplace({ kind, phase }: RotationGroup, member: SigningSecret, action: Action, ledger: Ledger): boolean {
  if (kind !== 'made' || phase !== 'begun') return false
  const hash = entryOf(ledger, member)?.hash
  return hash !== undefined && hash === action.desired?.hash
}

function isWritten(change: Action['changes'][number]): boolean {
  return !('secret' in change) || (change.secret !== 'unknown' && change.secret !== 'same')
}

function isOfRotation(group: RotationGroup, path: string, change: ObjectChange): boolean {
  switch (change.op) {
    case 'keep':
    case 'adopt':
      return true
    case 'update':
      return change.paths.every((name) => name === path)
    case 'create':
      return false
    case 'replace':
    case 'retire':
    case 'delete':
      return group.kind === 'made'
  }
}
