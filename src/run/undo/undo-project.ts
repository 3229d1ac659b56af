import type { LoadedAccount } from '../../config/project.ts'
import type { Diagnostic } from '../../core/diagnostic.ts'
import { hasErrors, sortDiagnostics } from '../../core/diagnostic.ts'
import { listSlots } from '../../core/secret-paths.ts'
import { type UndoWebhook, undoId } from '../../core/undo.ts'
import type { DesiredValue, PlainValue } from '../../core/value.ts'
import type { DesiredWebhook } from '../../core/webhook.ts'
import { checkReceivers } from '../../trust/check-receivers.ts'
import type { Loaded } from '../load.ts'
import { isStale } from './check-undo.ts'
import { type Undo, undoneIds, unusable } from './undo-file.ts'

/**
 * Puts the webhooks of an undo file in the place of those that the files declare. They go through the loader like any
 * file; secrets are those that the files refer to now, so that an edited file cannot send one anywhere.
 */
export function undoProject(loaded: Loaded, undo: Undo): Loaded {
  const fromFiles = new Map(
    loaded.project.accounts.flatMap(({ desired = [] }) =>
      desired.map((webhook) => [undoId(webhook), webhook] as const),
    ),
  )
  const wanted = undo.webhooks.filter(({ undo: way }) => way === 'restore' || way === 'recreate')
  const touched = new Set(undo.webhooks.flatMap(({ undo: way, provider }) => (way === 'nothing' ? [] : [provider])))
  if (touched.size === 0) return loaded
  const text = renderText(touched, wanted, fromFiles)
  const project = loaded.loadWith(
    { name: undo.name, baseDir: loaded.project.baseDir, text },
    { allowUnknownEvents: true, instead: { file: undo.name, ids: undoneIds(undo) } },
  )
  const byId = new Map(wanted.map((webhook) => [undoId(webhook), webhook] as const))
  const own = project.accounts.flatMap(({ desired = [] }) => desired.filter((webhook) => byId.has(undoId(webhook))))
  const smuggled = own.filter(({ fields }) => listSlots(fields).length > 0)
  const accounts = project.accounts.map((account) => completeAccount(account, byId, fromFiles, loaded))
  const taken = loaded.project.secrets.filter(({ path: [, provider, section, key, field] }) => {
    const webhook = section === 'webhooks' ? byId.get(`${provider}/${key}`) : undefined
    return webhook?.as_declared.includes(String(field)) === true
  })
  const undone = {
    ...project,
    accounts,
    secrets: [...project.secrets, ...taken],
    ledgerFiles: loaded.project.ledgerFiles,
    trust: loaded.project.trust,
  }
  const found = [
    ...project.diagnostics.filter((one) => hasErrors([one])).map((one) => tellFound(one, undo.name, byId)),
    ...smuggled.map((webhook) => unusable(`${undo.name} refers to a secret for ${undoId(webhook)}, as no undo does.`)),
    ...checkReceivers(undone, undone.trust.policy),
  ]
  return { ...loaded, project: undone, diagnostics: sortDiagnostics([...loaded.diagnostics, ...found]) }
}

type Webhooks = ReadonlyMap<string, DesiredWebhook>

/** JSON is YAML; what a live value holds is never read as a reference to a variable. */
function renderText(providerNames: ReadonlySet<string>, wanted: readonly UndoWebhook[], fromFiles: Webhooks): string {
  const providers = new Map<string, (readonly [string, PlainValue])[]>()
  for (const provider of providerNames) providers.set(provider, [])
  for (const webhook of wanted) {
    const open = takenFields(webhook, fromFiles).filter(([name, value]) => listSlots({ [name]: value }).length === 0)
    const fields = escapeTexts({ ...webhook.fields, ...Object.fromEntries(open) })
    const others = providers.get(webhook.provider) ?? []
    providers.set(webhook.provider, [...others, [webhook.key, fields]])
  }
  const accounts = [...providers].map(([name, webhooks]) => [name, { webhooks: Object.fromEntries(webhooks) }] as const)
  return JSON.stringify({ version: 1, providers: Object.fromEntries(accounts) })
}

function takenFields(webhook: UndoWebhook, fromFiles: Webhooks): readonly (readonly [string, DesiredValue])[] {
  const declared = fromFiles.get(undoId(webhook))?.fields ?? {}
  return Object.entries(declared).filter(([name]) => webhook.as_declared.includes(name))
}

function escapeTexts(value: DesiredValue | PlainValue): PlainValue {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${')
  if (Array.isArray(value)) return value.map((item: PlainValue) => escapeTexts(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, escapeTexts(inner)]))
}

/** Gives undone webhooks what the files say beside their fields: secrets, protection, and which file they belong to. */
function completeAccount(
  loaded: LoadedAccount,
  wanted: ReadonlyMap<string, UndoWebhook>,
  fromFiles: Webhooks,
  { project: { ledgerFiles } }: Loaded,
): LoadedAccount {
  if (loaded.desired === undefined) return loaded
  const desired = loaded.desired.map((webhook): DesiredWebhook => {
    const undone = wanted.get(undoId(webhook))
    if (undone === undefined) return webhook
    const declared = fromFiles.get(undoId(webhook))
    const taken = takenFields(undone, fromFiles)
    const { at: _, ...rest } = webhook
    const file = declared?.file ?? (ledgerFiles.includes(undone.file) ? undone.file : loaded.file)
    return { ...rest, ...optionsOf(declared), file, fields: { ...webhook.fields, ...Object.fromEntries(taken) } }
  })
  return { ...loaded, desired }
}

function optionsOf(declared: DesiredWebhook | undefined): Partial<DesiredWebhook> {
  if (declared === undefined) return {}
  const { protected: isProtected, allowGap, overlap, at } = declared
  return {
    protected: isProtected,
    allowGap,
    ...(overlap === undefined ? {} : { overlap }),
    ...(at === undefined ? {} : { at }),
  }
}

/**
 * Words a finding for the reader of an undo file. That one webhook is declared twice is news of a new name: the files
 * were found in order before. The text that was loaded is not the file as it stands, so its lines would mislead.
 */
function tellFound(found: Diagnostic, name: string, wanted: ReadonlyMap<string, UndoWebhook>): Diagnostic {
  const { at, ...rest } = found
  const { code, provider, key } = found
  if (code === 'HS1011' && provider !== undefined && key !== undefined) {
    const isWanted = wanted.has(undoId({ provider, key }))
    return isStale(
      { provider, key },
      isWanted ? 'the files declare it by another name by now' : 'it had another name when the apply was done',
    )
  }
  return at?.file === name ? { ...rest, message: `${name}: ${found.message}` } : found
}
