import { isEmptyValue } from '../../core/canonical.ts'
import { diffFields } from '../../core/diff.ts'
import { accountValuesId } from '../../schema/terraform-account.ts'
import { isChosenSecret, secretNames } from '../../schema/terraform-secrets.ts'
import type { CtyObject } from '../cty/value.ts'
import { fault } from '../diagnostics.ts'
import type { Planned, PlanRequest, ProviderDiagnostic } from '../provider.ts'
import { tellUnusable, warnOfLeaving } from '../resource/plan-webhook.ts'
import { readNotes, writeNotes } from '../resource/private-notes.ts'
import { tellError } from '../resource/tell-error.ts'
import { type Declared, readDeclared } from '../values/declared.ts'
import { planAttributes } from '../values/planned.ts'
import { listShared } from './read-shared.ts'
import type { SharedType } from './shared-type.ts'
import type { Sharers } from './sharers.ts'

/** Plans the values of an account: they are there, so all that changes is what they are. */
export async function planShared(type: SharedType, sharers: Sharers, request: PlanRequest): Promise<Planned> {
  const { config, prior, proposed, priorPrivate } = request
  const answer = { requiresReplace: [], private: priorPrivate }
  if (config === null || proposed === null) {
    return { ...answer, planned: null, diagnostics: prior === null ? [] : [keeps(type, prior)] }
  }
  const { block, definition } = type
  const declared = readDeclared(definition.fields, config)
  const attributes = planAttributes(block.attributes, definition.fields, config, prior)
  const was = prior === null ? readNotes(priorPrivate).was : [accountValuesId]
  const isTaken = sharers.add(was !== undefined)
  return {
    ...answer,
    planned: { ...attributes, id: accountValuesId },
    private: writeNotes(was === undefined ? {} : { was }),
    diagnostics: [
      ...tellUnusable(type),
      ...(isTaken ? [declaredTwice(type)] : []),
      ...(was === undefined ? await warnOfTaking(type, declared) : []),
      ...warnOfLeaving(definition, config, prior),
    ],
  }
}

/** Who declares a value anew should know that somebody has set another one. */
async function warnOfTaking(type: SharedType, { fields }: Declared): Promise<readonly ProviderDiagnostic[]> {
  const answer = type.account()
  if (answer.state !== 'ready') return []
  const { title, fields: declarations } = type.definition
  try {
    const { fields: live } = await listShared(answer.account)
    const prints = { desired: type.fingerprints(fields), ledger: undefined, writeUnknown: true }
    const names = Object.keys(declarations).filter((name) => {
      const [wanted, has] = [fields[name], live[name]]
      if (wanted === undefined || has === undefined || isEmptyValue(has)) return false
      return diffFields(declarations, { [name]: wanted }, { [name]: has }, prints).some(({ write }) => write === name)
    })
    return names.map((name) => ({
      severity: 'warning',
      summary: `The ${title} account has a ${name} already, and it may be another one.`,
      detail: 'This one takes its place for all webhooks of the account, also for those that are not managed here.',
      path: [name],
    }))
  } catch (error) {
    return [tellError(error)]
  }
}

function keeps({ definition }: SharedType, prior: CtyObject): ProviderDiagnostic {
  const names = Object.entries(definition.fields).flatMap(([name, field]) => {
    const attributes = isChosenSecret(field) ? [name, secretNames(name).version] : [name]
    return attributes.some((attribute) => (prior[attribute] ?? null) !== null) ? [name] : []
  })
  const kept = names.length === 0 ? 'the values it has' : `the ${names.join(', ')} it has`
  return {
    severity: 'warning',
    summary: `The ${definition.title} account keeps ${kept}.`,
    detail: 'Nothing is written: all its webhooks would change. Change or clear it in the dashboard if it shall go.',
  }
}

function declaredTwice({ definition }: SharedType): ProviderDiagnostic {
  return fault(
    `Two resources hold what all webhooks of the ${definition.title} account share.`,
    'An account has these values once: keep one of the two. Another account takes a provider block with an alias.',
  )
}
