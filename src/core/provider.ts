import type { Action } from './action.ts'
import type { Fields } from './field.ts'
import type { LedgerAccount } from './ledger.ts'
import type { SecretRecovery } from './rung.ts'
import type { Secret } from './secret.ts'
import type { Step } from './step.ts'
import type { DesiredValues } from './value.ts'
import type { Account, LiveAccount, LiveObject } from './webhook.ts'

/** A finding of a provider's own rule over one webhook; `path` points into its fields. */
export interface FieldFinding {
  readonly path: readonly (string | number)[]
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly hint?: string
}

/** How many objects may live side by side, counted over the same values of `per`. */
export interface Quota {
  readonly limit: number
  /** Field names; objects that agree in all of them share the limit. */
  readonly per: readonly string[]
  /** Completes "The vendor allows 5 webhooks …", for example "per app". */
  readonly words: string
}

/** Something about to be done that a guard must be asked about, found by a provider's own rule. */
export interface Hazard {
  readonly guard: 'shadow' | 'impossible' | 'gap'
  /** `provider/key` of the action it is about. */
  readonly action: string
  readonly message: string
  readonly hint?: string
  /** Whether the webhook itself allows it (`allow_gap`). */
  readonly allowed?: boolean
  /** It is told and never refused. */
  readonly only?: 'warning'
}

/** What a provider's pure rules see: the planned actions of one account and what is live there. */
export interface Work {
  readonly account: Account
  readonly actions: readonly Action[]
  readonly live: LiveAccount
}

/** What a provider's own guards see beside: what stays as it is, and what is ours. */
export interface PlannedWork extends Work {
  /** All planned actions, `keep` included. */
  readonly actions: readonly Action[]
  readonly ledger: LedgerAccount | undefined
}

/** The facts about one vendor. A declaration: it does nothing by itself. */
export interface ProviderDefinition {
  readonly type: string
  /** The vendor's name as written in texts. */
  readonly title: string
  /** Completes "a webhook is …" in the reference docs. */
  readonly doc: string
  /** The vendor's documentation of its webhook API. */
  readonly docsUrl: string
  /** Default `base_url`; `{name}` stands for a setting. */
  readonly baseUrl: string
  /** Hosts that belong to the vendor; `*` stands for one label. Credentials go nowhere else unless the operator allows it. */
  readonly hosts: readonly string[]
  readonly settings: Fields
  readonly auth: Fields
  readonly fields: Fields
  /** Account-wide values that are planned like a webhook under the key `@account`. */
  readonly accountFields?: Fields
  /** Settings that, with the origin, make two accounts the same. */
  readonly accountIdentity: readonly string[]
  /** Field naming the scope that is listed on its own, such as an app. */
  readonly scope?: string
  /** Field whose every member is an object of its own at the vendor. */
  readonly fanOut?: string
  /** The id of an object is its part, a blank, and what all parts of a webhook share. */
  readonly partInId?: true
  /** Whether the vendor refuses a second object of the same identity. */
  readonly uniqueIdentity: 'yes' | 'no' | 'unknown'
  /** `none`: the vendor has no update; every difference is a replace. */
  readonly update: 'in-place' | 'none'
  readonly quota?: Quota
  /** Field holding a secret that the vendor makes. */
  readonly serverSecret?: string
  /** Stands beside `serverSecret`. */
  readonly secretRecovery?: SecretRecovery
  /** Side effects on deliveries while a new and an old object live at once: both deliver. */
  readonly limits: { readonly concurrency: number; readonly requestsPerSecond?: number }
  /** Rules over one webhook that no single field can state. */
  readonly check?: (fields: DesiredValues) => readonly FieldFinding[]
  /** Dangers that only show when actions and live state are seen together. */
  readonly hazards?: (work: PlannedWork) => readonly Hazard[]
  /** What `hazards` can find; stands beside it. */
  readonly hazardKinds?: readonly Hazard['guard'][]
  /** Compiles actions into wire steps, where one object is not one call. `plain` is the engine's own compilation. */
  readonly steps?: (work: Work, plain: readonly Step[]) => readonly Step[]
  /** How many calls a step takes when nothing goes wrong, without looking again afterwards; one when absent. */
  readonly callsOf?: (step: Step, live: LiveAccount) => number
}

/** What a step brought about. */
export interface StepResult {
  /** Id of the object that a create made. */
  readonly id?: string
  /** The secret that the vendor made, where its answer shows it. */
  readonly secret?: Secret
  /** New ids of objects by their old ones, where an id is made of what can change. */
  readonly renamed?: ReadonlyMap<string, string>
}

/** Speaks one vendor's wire format. It never diffs, retries, logs or prints. */
export interface ProviderApi {
  /** Lists the given scopes, or everything. Throws what `http/` throws; a wrong shape is an error, never "none". */
  list(scopes: readonly string[] | 'all', signal?: AbortSignal): Promise<LiveAccount>
  /** Carries out one step. */
  execute(step: Step, signal?: AbortSignal): Promise<StepResult>
  /** Reads objects again after writing; undefined where an object is gone. Absent: listing again is the way. */
  reread?(objects: readonly Pick<LiveObject, 'id' | 'scope'>[], signal?: AbortSignal): Promise<readonly LiveObject[]>
  /** Reads the secret that the vendor made for an object. */
  readonly readSecret?: (object: Pick<LiveObject, 'id' | 'scope'>, signal?: AbortSignal) => Promise<Secret>
  /** Has a secret made or told once more, in a way that the definition says the vendor has. */
  readonly recoverSecret?: (
    way: 'replay' | 'roll',
    object: Pick<LiveObject, 'id' | 'scope'>,
    signal?: AbortSignal,
  ) => Promise<Secret>
  /** Has the vendor send its own test event to all receivers of the account. */
  readonly sendTest?: (signal?: AbortSignal) => Promise<void>
  close(): Promise<void>
}
