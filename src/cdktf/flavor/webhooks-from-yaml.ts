import { Annotations, TerraformStack, TerraformVariable, Token } from 'cdktf'
import { Construct } from 'constructs'
import {
  type AccountModel,
  type NamedSecret,
  readWebhookModel,
  type SharedEntry,
  type WebhookEntry,
} from '../../webhook-model'
import { HooksProvider, type HooksProviderConfig } from '../provider'
import { accountClasses, webhookClasses } from './resource-classes'

/** The resource of any vendor. */
export type Webhook = InstanceType<(typeof webhookClasses)[keyof typeof webhookClasses]>

/** What all webhooks of an account share, of any vendor that has such values. */
export type AccountValues = InstanceType<(typeof accountClasses)[keyof typeof accountClasses]>

/** A secret that the files name and that has to come from somewhere when the stack is deployed. */
export interface DeclaredSecret {
  /** `account/key.field`, or `account.field` for a credential and for what all webhooks of the account share. */
  readonly path: string
  /** The reference as it stands in the file, such as `ref+vault://kv/hooks#/inbound`. */
  readonly reference: string
  /** Name of the variable that is made for it where `secrets` gives nothing: set it with `TF_VAR_…` or `--var`. */
  readonly variable: string
}

export interface WebhooksFromYamlProps {
  /** A `webhooks.yaml`, a directory of such files, or several; relative to the directory of `cdktf.json`. */
  readonly file: string | readonly string[]
  /** Values for `${var:…}`. */
  readonly vars?: Readonly<Record<string, string>>
  /** For `${env:…}` in plain texts; the environment of the process when left out. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Providers by account name; each account that is not named gets one of its own. */
  readonly providers?: Readonly<Record<string, HooksProvider>>
  /**
   * Returns where a secret comes from, as a reference that Terraform resolves, such as an ephemeral resource or a variable
   * of yours. Never return the value: it would be written into the synthesized stack. Undefined: a variable is made for it.
   */
  readonly secrets?: (secret: DeclaredSecret) => string | undefined
  /** By `account/key`, or `account` for what it shares; raise it to have secrets written again that changed where they lie. */
  readonly secretVersions?: Readonly<Record<string, number>>
  /** Take over webhooks that are live already and the same. */
  readonly adoptExisting?: boolean
}

/**
 * Turns a `webhooks.yaml` into resources. Their names in the state come from our names for account and webhook alone, so
 * moving this construct or the file replaces nothing.
 *
 * @example
 * new WebhooksFromYaml(this, 'webhooks', { file: 'webhooks.yaml' })
 */
export class WebhooksFromYaml extends Construct {
  /** The resources by `account/key`, for whatever the file cannot say. */
  public readonly webhooks: Readonly<Record<string, Webhook>>
  /** By account, what all its webhooks share. */
  public readonly accounts: Readonly<Record<string, AccountValues>>
  /** The providers by account. */
  public readonly providers: Readonly<Record<string, HooksProvider>>

  public constructor(scope: Construct, id: string, props: WebhooksFromYamlProps) {
    super(scope, id)
    const model = readWebhookModel({
      files: filesOf(props.file),
      cwd: process.cwd(),
      env: props.env ?? process.env,
      vars: props.vars ?? {},
      given: Object.keys(props.providers ?? {}),
      secretVersions: props.secretVersions ?? {},
      adoptExisting: props.adoptExisting === true,
      secretOf: (secret) => this.secretOf(secret, props),
    })
    for (const warning of model.warnings) Annotations.of(this).addWarning(warning)
    if (model.errors !== undefined) throw new Error(`The webhooks cannot be synthesized.\n\n${model.errors}`)
    const made = model.accounts.map((account) => [account.name, this.makeProvider(account)] as const)
    this.providers = { ...props.providers, ...Object.fromEntries(made) }
    this.accounts = Object.fromEntries(model.shared.map((entry) => [entry.account, this.makeShared(entry)]))
    this.webhooks = Object.fromEntries(model.webhooks.map((entry) => [entry.path, this.makeWebhook(entry)]))
    abandon(TerraformStack.of(this), model.abandoned)
  }

  private makeProvider({ name, type, alias, config }: AccountModel): HooksProvider {
    const settings: HooksProviderConfig = { alias, [type]: config }
    return new HooksProvider(this, `provider ${name}`, settings)
  }

  private makeShared(entry: SharedEntry): AccountValues {
    const { account, type, logicalId, config } = entry
    claim(TerraformStack.of(this), { kind: `${type} account`, logicalId, path: account })
    const Values = classOf(accountClasses, type)
    const values = new Values(this, `${account} @account`, { ...config, provider: this.providers[account] })
    values.overrideLogicalId(logicalId)
    return values
  }

  private makeWebhook(entry: WebhookEntry): Webhook {
    const { type, path, logicalId } = entry
    claim(TerraformStack.of(this), { kind: type, logicalId, path })
    const provider = this.providers[entry.account]
    const lifecycle = {
      ...(entry.createBeforeDestroy ? { createBeforeDestroy: true } : {}),
      ...(entry.preventDestroy ? { preventDestroy: true } : {}),
      ...(entry.ignoreChanges.length > 0 ? { ignoreChanges: entry.ignoreChanges } : {}),
    }
    const config = { ...entry.config, provider, ...(Object.keys(lifecycle).length === 0 ? {} : { lifecycle }) }
    const Resource = classOf(webhookClasses, type)
    const webhook = new Resource(this, path.replaceAll('/', ' '), config)
    webhook.overrideLogicalId(logicalId)
    if (entry.movedFrom !== undefined) webhook.moveFromId(entry.movedFrom)
    return webhook
  }

  private secretOf(secret: NamedSecret, props: WebhooksFromYamlProps): string {
    const given = props.secrets?.(secret)
    if (given === undefined) return makeVariable(TerraformStack.of(this), secret).stringValue
    if (Token.isUnresolved(given) || /\$\{.+\}/su.test(given)) return given
    // A plain text would be the secret itself, and stand in the synthesized stack; so it is not quoted either.
    throw new Error(
      `secrets returned a plain text for ${secret.path}: return a reference, such as the value of a sensitive variable.`,
    )
  }
}

type Classes = Readonly<Record<string, abstract new (...args: never) => unknown>>
type Make<Resource> = new (scope: Construct, id: string, config: object) => Resource

/** The declarations say which class takes what; the model was made from the same ones. */
function classOf<All extends Classes>(classes: All, type: string): Make<InstanceType<All[keyof All]>> {
  return classes[type] as unknown as Make<InstanceType<All[keyof All]>>
}

function filesOf(file: string | readonly string[]): readonly string[] {
  const files = typeof file === 'string' ? [file] : file
  for (const name of files) {
    if (Token.isUnresolved(name)) throw new Error('file must be known when the stack is synthesized; it holds a token.')
  }
  return files
}

/** One variable for each secret, at the root of the stack, so that its name can be foretold. */
function makeVariable(stack: TerraformStack, secret: NamedSecret): TerraformVariable {
  const known = stack.node.tryFindChild(secret.variable)
  if (known instanceof TerraformVariable) return known
  const variable = new TerraformVariable(stack, secret.variable, {
    type: 'string',
    sensitive: true,
    nullable: false,
    description: `${secret.path} (${secret.reference})`,
  })
  variable.overrideLogicalId(secret.variable)
  variable.addOverride('ephemeral', true)
  return variable
}

const claims = new WeakMap<TerraformStack, Map<string, string>>()

interface Claim {
  readonly kind: string
  readonly logicalId: string
  readonly path: string
}

/** Two resources of one name would become one without a word. */
function claim(stack: TerraformStack, { kind, logicalId, path }: Claim): void {
  const taken = claims.get(stack) ?? new Map<string, string>()
  claims.set(stack, taken)
  if (taken.has(`${kind} ${logicalId}`)) {
    throw new Error(`${path} is declared twice in this stack; give the accounts of one file other names.`)
  }
  taken.set(`${kind} ${logicalId}`, path)
}

const abandoned = new WeakMap<TerraformStack, string[]>()

function abandon(stack: TerraformStack, addresses: readonly string[]): void {
  if (addresses.length === 0) return
  const all = [...(abandoned.get(stack) ?? []), ...addresses]
  abandoned.set(stack, all)
  stack.addOverride(
    'removed',
    all.map((from) => ({ from, lifecycle: { destroy: false } })),
  )
}
