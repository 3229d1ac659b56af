import { loadProject } from '../config/load-project.ts'
import type { LoadedAccount, LoadedProject } from '../config/project.ts'
import { readSourcesNow } from '../config/read-sources-now.ts'
import { type Diagnostic, hasErrors, sortDiagnostics } from '../core/diagnostic.ts'
import { absentValue } from '../core/field.ts'
import type { SecretSlot } from '../core/secret.ts'
import type { DesiredWebhook } from '../core/webhook.ts'
import { definitions } from '../providers/registry.ts'
import { renderDiagnostic, renderDiagnostics } from '../report/diagnostic-text.ts'
import { validators } from '../schema/generated/validators.ts'
import { replacesCreateFirst } from '../schema/terraform-lifecycle.ts'
import { resourceName } from '../schema/terraform-schema.ts'
import { isReferenceFault, parseReference } from '../secrets/reference.ts'
import { credentialsOf } from './credentials-of.ts'
import { configOf } from './field-config.ts'
import { findUnmatched } from './find-unmatched.ts'
import { camelCase, escapeTemplate, identifier, logicalId, variableName } from './names.ts'
import { sharedValues } from './shared-values.ts'
import type {
  AccountModel,
  ConfigObject,
  ModelRequest,
  NamedSecret,
  ReadWebhookModel,
  SharedEntry,
  WebhookEntry,
  WebhookModel,
} from './webhook-model.ts'

const look = { color: false, width: 120 }

/** Reads a `webhooks.yaml` as the command line does, and says which resources it stands for. No secret is resolved. */
export const readWebhookModel: ReadWebhookModel = (request) => {
  const { project, diagnostics } = load(request)
  // Where a value could not be read, nothing can be said of what it would have become.
  const unmatched = hasErrors(diagnostics) ? [] : findUnmatched(project, request.given)
  const found = sortDiagnostics([...diagnostics, ...unmatched])
  const warnings = found.filter(({ severity }) => severity === 'warning')
  const model = { warnings: warnings.map((one) => renderDiagnostic(one, look).trimEnd()) }
  if (!hasErrors(found)) return { ...model, ...build(project, request) }
  const errors = renderDiagnostics(
    found.filter(({ severity }) => severity === 'error'),
    look,
  )
  return { ...model, errors, accounts: [], shared: [], webhooks: [], abandoned: [] }
}

function load(request: ModelRequest): { readonly project: LoadedProject; readonly diagnostics: readonly Diagnostic[] } {
  const sources = readSourcesNow(request.files, request.cwd)
  const project = loadProject(sources.files, {
    definitions,
    validators,
    env: request.env,
    vars: request.vars,
    // The variable that the provider goes by too.
    allowUnknownEvents: !['', '0', 'false'].includes(request.env['HOOKS_SYNC_ALLOW_UNKNOWN_EVENTS'] ?? ''),
    allowedEnv: (request.env['HOOKS_SYNC_ALLOW_ENV'] ?? '').split(/[\s,]+/u).filter((name) => name !== ''),
    checkReference: (text) => {
      const parsed = parseReference(text)
      return isReferenceFault(parsed) ? parsed : undefined
    },
  })
  return { project, diagnostics: [...sources.diagnostics, ...project.diagnostics] }
}

function build(project: LoadedProject, request: ModelRequest): Omit<WebhookModel, 'errors' | 'warnings'> {
  const sharing = project.accounts.filter((account) => Object.keys(sharedValues(account)).length > 0)
  const used = project.accounts.filter(
    (account) => sharing.includes(account) || (account.desired ?? []).some(({ abandon }) => !abandon),
  )
  const webhooks = project.accounts.flatMap((account) => (account.desired ?? []).map((one) => [account, one] as const))
  return {
    accounts: used
      .filter(({ account }) => !request.given.includes(account.name))
      .map((account) => accountModel(account, request)),
    shared: sharing.map((account) => sharedEntry(account, request)),
    webhooks: webhooks
      .filter(([, { abandon }]) => !abandon)
      .map(([account, webhook]) => webhookEntry(account, webhook, request)),
    abandoned: webhooks.filter(([, { abandon }]) => abandon).map(([account, { key }]) => addressOf(account, key)),
  }
}

function accountModel(loaded: LoadedAccount, request: ModelRequest): AccountModel {
  const { account, baseUrl, rateLimit, definition } = loaded
  const settings = Object.entries(definition.settings).flatMap(([name, field]) => {
    const value = account.settings[name]
    return typeof value !== 'string' || value === absentValue(field) ? [] : [[camelCase(name), escapeTemplate(value)]]
  })
  const credentials = credentialsOf(loaded).map(([name, slot]) => [
    camelCase(name),
    request.secretOf(namedSecret(slot, [account.name, name], `${account.name}.${name}`)),
  ])
  return {
    name: account.name,
    type: account.type,
    alias: identifier(account.name),
    config: Object.fromEntries([
      ...settings,
      ...credentials,
      ['baseUrl', escapeTemplate(baseUrl)],
      ...(rateLimit === undefined ? [] : [['rateLimit', rateLimit]]),
    ]),
  }
}

function sharedEntry(loaded: LoadedAccount, request: ModelRequest): SharedEntry {
  const { name, type } = loaded.account
  const config = configOf(loaded.definition.accountFields ?? {}, sharedValues(loaded), {
    place: (slot, steps) => request.secretOf(namedSecret(slot, [name, ...steps], `${name}.${steps.join('.')}`)),
    version: request.secretVersions[name] ?? 1,
  })
  return { account: name, type, logicalId: identifier(name), config }
}

function webhookEntry(loaded: LoadedAccount, webhook: DesiredWebhook, request: ModelRequest): WebhookEntry {
  const { definition, account } = loaded
  const path = `${account.name}/${webhook.key}`
  const config = configOf(definition.fields, webhook.fields, {
    place: (slot, steps) =>
      request.secretOf(namedSecret(slot, [account.name, webhook.key, ...steps], `${path}.${steps.join('.')}`)),
    version: request.secretVersions[path] ?? 1,
  })
  const created = Object.keys(definition.fields).filter(
    (name) => definition.fields[name]?.createdAs === 'key' && webhook.fields[name] === undefined,
  )
  const options: ConfigObject = {
    ...Object.fromEntries(created.map((name) => [camelCase(name), escapeTemplate(webhook.key)])),
    ...(webhook.allowGap ? { allowGap: true } : {}),
    ...(request.adoptExisting ? { adoptExisting: true } : {}),
  }
  return {
    path,
    account: account.name,
    type: account.type,
    logicalId: logicalId(account.name, webhook.key),
    config: { ...config, ...options },
    createBeforeDestroy: replacesCreateFirst(definition),
    preventDestroy: webhook.protected,
    ignoreChanges: created,
    ...(typeof webhook.previously === 'string' && !isDeclared(loaded, webhook.previously)
      ? { movedFrom: addressOf(loaded, webhook.previously) }
      : {}),
  }
}

/** A key that another webhook has by now is no place to move from. */
function isDeclared({ desired = [] }: LoadedAccount, key: string): boolean {
  return desired.some((webhook) => webhook.key === key)
}

function addressOf({ account, definition }: LoadedAccount, key: string): string {
  return `${resourceName(definition)}.${logicalId(account.name, key)}`
}

function namedSecret({ source }: SecretSlot, steps: readonly string[], path: string): NamedSecret {
  return { path, reference: source.ref, variable: variableName(steps) }
}
