import { definitions } from '../../providers/registry.ts'
import { checkReceivers } from '../../trust/check-receivers.ts'
import { noPolicy, type Policy } from '../../trust/policy.ts'
import { readPolicy } from '../../trust/read-policy.ts'
import { tell } from '../diagnostics.ts'
import type { ProviderDiagnostic } from '../provider.ts'
import type { ReceiverRule } from '../resource/receiver-rule.ts'
import { asWebhook } from '../resource/replacing.ts'
import type { Environment } from './account-setup.ts'

/** What the operator of the machine allows, and what is wrong with how it is written. */
export interface OperatorPolicy {
  readonly policy: Policy
  readonly diagnostics: readonly ProviderDiagnostic[]
  /** Judges the URLs of a webhook by it. */
  readonly judge: ReceiverRule
}

/** Reads the policy that HOOKS_SYNC_POLICY names; without one everything but foreign hosts for credentials is allowed. */
export async function readOperatorPolicy(env: Environment, cwd: string): Promise<OperatorPolicy> {
  const file = env['HOOKS_SYNC_POLICY'] ?? ''
  if (file === '') return { policy: noPolicy, diagnostics: [], judge: () => [] }
  const types = definitions.map(({ type }) => type)
  const { policy, diagnostics } = await readPolicy({ file, cwd, directories: [cwd], types })
  return { policy, diagnostics: diagnostics.map((found) => tell(found)), judge: judgeReceivers(policy) }
}

function judgeReceivers(policy: Policy): ReceiverRule {
  return (definition, fields) => {
    const { type } = definition
    const account = { name: type, type, settings: {}, identity: {}, prune: 'none' } as const
    const declared = { definition, desired: [asWebhook(definition, fields)], account }
    const found = checkReceivers({ accounts: [declared], place: () => undefined }, policy)
    return found.map((finding) => tell(finding, { path: ['url'] }))
  }
}
