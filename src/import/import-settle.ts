import type { LoadedProject, SourceFile } from '../config/project.ts'
import { judgeImport } from '../core/import-verdict.ts'
import type { AccountImport } from '../core/import-webhooks.ts'
import { declaredOf, withholdWebhooks } from '../core/import-webhooks.ts'
import type { AccountInput, AccountPlan } from '../core/plan.ts'
import { planAccount } from '../core/plan-account.ts'
import type { Secret } from '../core/secret.ts'
import { mapSlots } from '../core/secret-paths.ts'
import type { DesiredWebhook } from '../core/webhook.ts'
import { hashWebhook } from '../engine/hash-webhook.ts'
import { renderImport } from '../report/import-yaml.ts'
import type { LoadWith } from '../run/load.ts'
import type { Fingerprinter } from '../secrets/fingerprint.ts'
import { fingerprintFields } from '../secrets/fingerprint-fields.ts'

/** An account that was read, and what is to be imported of it. */
export interface ImportedAccount {
  readonly input: AccountInput
  readonly made: AccountImport
  /** Server-made secrets about to be stored, by the key of their webhook. */
  readonly secrets: ReadonlyMap<string, Secret>
}

export interface SettleTools {
  /** The file to be, without its text. */
  readonly file: Omit<SourceFile, 'text'>
  readonly loadWith: LoadWith
  readonly fingerprint: Fingerprinter | undefined
  /** Takes known secrets out of a text. */
  readonly scrub: (text: string) => string
}

export interface SettledAccount extends ImportedAccount {
  /** The plan that the files give together with the imported one. */
  readonly plan: AccountPlan
}

/** What can be declared: it loads, and a plan with it does nothing. */
export interface SettledImport {
  readonly accounts: readonly SettledAccount[]
  readonly text: string
  /** The files together with the imported one; undefined where there is nothing to declare. */
  readonly project: LoadedProject | undefined
}

type Reasons = ReadonlyMap<string, ReadonlyMap<string, string>>

/**
 * Tries the imported file with the loader and the planner that will read it, and turns whatever they would refuse or
 * write into comments, until neither has anything to say.
 */
export function settleImport(accounts: readonly ImportedAccount[], tools: SettleTools): SettledImport {
  let tried = accounts.map((account) => withhold(account, leaks(account, tools.scrub)))
  for (;;) {
    const made = tried.map((account) => account.made)
    const text = renderImport(made, { needsUnknownEvents: false })
    const isFile = made.some((account) => declaredOf(account).length > 0)
    const project = isFile ? tools.loadWith({ ...tools.file, text }, { allowUnknownEvents: true }) : undefined
    const faults = project === undefined ? new Map() : findFaults(project, made)
    const planned = tried.map((account) => ({ ...account, plan: planWith(account, project, tools) }))
    const reasons = faults.size > 0 ? faults : judge(planned)
    if (reasons.size === 0) return { accounts: planned, text, project }
    tried = tried.map((account) => withhold(account, reasons.get(account.made.account)))
  }
}

function withhold(account: ImportedAccount, reasons: ReadonlyMap<string, string> | undefined): ImportedAccount {
  return reasons === undefined ? account : { ...account, made: withholdWebhooks(account.made, reasons) }
}

/** A field may repeat a secret that this run has seen, such as a key that is part of a path. */
function leaks({ made }: ImportedAccount, scrub: SettleTools['scrub']): ReadonlyMap<string, string> {
  const leaking = declaredOf(made).filter(({ key, fields }) => {
    const text = JSON.stringify([key, fields])
    return scrub(text) !== text
  })
  return new Map(leaking.map(({ key }) => [key, 'A field of it repeats a secret.']))
}

/** Finds why files do not load together; a fault that is about no webhook in particular is about all of them. */
function findFaults(project: LoadedProject, made: readonly AccountImport[]): Reasons {
  const reasons = new Map<string, Map<string, string>>()
  const note = (account: AccountImport, key: string, reason: string): void => {
    const ofOne = reasons.get(account.account) ?? new Map<string, string>()
    if (!ofOne.has(key)) ofOne.set(key, reason)
    reasons.set(account.account, ofOne)
  }
  for (const { severity, message, provider, key } of project.diagnostics) {
    if (severity !== 'error') continue
    const meant = made.filter((account) => provider === undefined || account.account === provider)
    for (const account of meant.length === 0 ? made : meant) {
      const webhooks = declaredOf(account)
      const one = webhooks.filter((webhook) => webhook.key === key)
      for (const webhook of one.length === 0 ? webhooks : one) note(account, webhook.key, message)
    }
  }
  return reasons
}

function judge(accounts: readonly SettledAccount[]): Reasons {
  return new Map(
    accounts.flatMap(({ input, made, plan }) => {
      const declared = declaredOf(made)
      if (declared.length === 0) return []
      const keys = new Set(declared.map((webhook) => webhook.key))
      const verdict = judgeImport(planAccount(input), plan, keys)
      const { account } = verdict
      const reasons = account === undefined ? verdict.webhooks : new Map([...keys].map((key) => [key, account]))
      return reasons.size === 0 ? [] : [[made.account, reasons] as const]
    }),
  )
}

function planWith(account: ImportedAccount, project: LoadedProject | undefined, tools: SettleTools): AccountPlan {
  const { input, made } = account
  const keys = new Set(declaredOf(made).map((webhook) => webhook.key))
  const loaded = project?.accounts.find((one) => one.account.name === made.account)
  const imported = (loaded?.desired ?? [])
    .filter((webhook) => keys.has(webhook.key))
    .map((webhook) => completeWebhook(account, webhook, tools))
  if (imported.length === 0) return planAccount(input)
  return planAccount({
    ...input,
    desired: [...(input.desired ?? []), ...imported],
    files: new Set([...input.files, ...imported.map((webhook) => webhook.file)]),
  })
}

/** Gives a webhook the secrets that will stand in the vault. */
function completeWebhook(
  { made, secrets }: ImportedAccount,
  webhook: DesiredWebhook,
  { fingerprint }: SettleTools,
): DesiredWebhook {
  const value = secrets.get(webhook.key)
  const fields = value === undefined ? webhook.fields : mapSlots(webhook.fields, (_, slot) => slot.resolved({ value }))
  const owner = { account: made.account, webhook: webhook.key }
  return {
    ...webhook,
    fields,
    hash: hashWebhook(webhook),
    ...(fingerprint === undefined
      ? {}
      : { fingerprints: fingerprintFields(fingerprint, made.definition.fields, fields, owner) }),
  }
}
