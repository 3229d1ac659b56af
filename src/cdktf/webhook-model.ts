/**
 * What a construct needs to know of a `webhooks.yaml`: everything decided, nothing of any framework. These types are also
 * what the bindings are compiled against, so nothing is imported here.
 */

export type ConfigValue = string | number | boolean | readonly ConfigValue[] | ConfigObject

export interface ConfigObject {
  readonly [name: string]: ConfigValue
}

/** A secret that the files name and that has to come from somewhere when the stack is deployed. */
export interface NamedSecret {
  /** `account/key.field`, or `account.field` for a credential and for what all webhooks of the account share. */
  readonly path: string
  /** The reference as it stands in the file; no secret. */
  readonly reference: string
  /** Name of the variable that stands for it where nothing else is given. */
  readonly variable: string
}

export interface ModelRequest {
  /** Files or directories. */
  readonly files: readonly string[]
  readonly cwd: string
  /** For `${env:…}` in plain texts. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** For `${var:…}`. */
  readonly vars: Readonly<Record<string, string>>
  /** Accounts whose provider is given, so that its credentials are nobody's concern here. */
  readonly given: readonly string[]
  /** By `account/key`, or `account`; raised to have secrets written again. */
  readonly secretVersions: Readonly<Record<string, number>>
  readonly adoptExisting: boolean
  /** Returns what stands in the configuration for a secret: a reference that the engine resolves. */
  readonly secretOf: (secret: NamedSecret) => string
}

export interface AccountModel {
  readonly name: string
  readonly type: string
  readonly alias: string
  readonly config: ConfigObject
}

/** What all webhooks of an account share. */
export interface SharedEntry {
  readonly account: string
  readonly type: string
  readonly logicalId: string
  readonly config: ConfigObject
}

export interface WebhookEntry {
  /** `account/key`. */
  readonly path: string
  readonly account: string
  readonly type: string
  readonly logicalId: string
  readonly config: ConfigObject
  readonly createBeforeDestroy: boolean
  readonly preventDestroy: boolean
  /** Attributes that only a create is given. */
  readonly ignoreChanges: readonly string[]
  /** Address it had in the state before. */
  readonly movedFrom?: string
}

export interface WebhookModel {
  /** What is wrong with the files, as text; there is nothing else then. */
  readonly errors?: string
  readonly warnings: readonly string[]
  readonly accounts: readonly AccountModel[]
  readonly shared: readonly SharedEntry[]
  readonly webhooks: readonly WebhookEntry[]
  /** Addresses that are no longer managed, but stay live. */
  readonly abandoned: readonly string[]
}

export type ReadWebhookModel = (request: ModelRequest) => WebhookModel
