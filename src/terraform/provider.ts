import type { TerraformSchema } from '../schema/terraform-type.ts'
import type { CtyObject, CtyValue } from './cty/value.ts'

/** A step towards a value within a block: an attribute, an index or key, or a member of a set. */
export type PathStep = string | number | { readonly member: CtyValue }

/** A finding as the engine shows it. Holds no secret. */
export interface ProviderDiagnostic {
  readonly severity: 'error' | 'warning'
  /** One sentence. */
  readonly summary: string
  /** What to do, and what was done already. */
  readonly detail?: string
  /** The attribute it is about; absent for the block as a whole. */
  readonly path?: readonly PathStep[]
}

export interface Findings {
  readonly diagnostics: readonly ProviderDiagnostic[]
}

/** What cannot be told before other resources are applied. */
export interface Deferrable extends Findings {
  /** The account is known only later; an engine that can put a question off does not hear the findings. */
  readonly isTooEarly?: boolean
}

/** Who asks, as far as the engine says. */
export interface EngineFacts {
  /** Version of the engine, such as `1.11.4`. */
  readonly version: string
  /** Whether it keeps write-only attributes out of plan and state (1.11 and later). */
  readonly takesWriteOnly: boolean
}

export interface PlanRequest {
  /** Null for a create; the second question about a replace has none either. */
  readonly prior: CtyObject | null
  /** What the engine proposes: the configuration, with the prior values of what it does not set. Null for a destroy. */
  readonly proposed: CtyObject | null
  /** Null for a destroy. Write-only values stand in it. */
  readonly config: CtyObject | null
  readonly priorPrivate: Uint8Array
  readonly engine: EngineFacts
}

export interface Planned extends Findings {
  readonly planned: CtyObject | null
  /** Attributes whose difference forces a replacement. */
  readonly requiresReplace: readonly (readonly PathStep[])[]
  readonly private: Uint8Array
}

export interface ApplyRequest {
  readonly prior: CtyObject | null
  /** Null for a destroy. */
  readonly planned: CtyObject | null
  readonly config: CtyObject | null
  readonly plannedPrivate: Uint8Array
  readonly engine: EngineFacts
}

/** What an object is now; with errors, what exists all the same, so that it is kept in the state. */
export interface Applied extends Findings {
  readonly state: CtyObject | null
  readonly private: Uint8Array
  /** Absent where the type has none. */
  readonly identity?: CtyObject
}

export interface ReadAnswer extends Findings {
  /** Null where it is gone. */
  readonly state: CtyObject | null
  readonly private: Uint8Array
  readonly identity?: CtyObject
}

export interface Imported extends Deferrable {
  readonly state: CtyObject | null
  readonly private: Uint8Array
  readonly identity?: CtyObject
}

/** One kind of webhook as the engine manages it. */
export interface ManagedResource {
  validate(config: CtyObject, engine: EngineFacts): Promise<Findings>
  plan(request: PlanRequest, signal: AbortSignal): Promise<Planned>
  apply(request: ApplyRequest, signal: AbortSignal): Promise<Applied>
  read(request: { readonly state: CtyObject; readonly private: Uint8Array }, signal: AbortSignal): Promise<ReadAnswer>
  import(request: { readonly id: string } | { readonly identity: CtyObject }, signal: AbortSignal): Promise<Imported>
  /** Takes note of a state that the engine has read; it may ask nothing else about it. */
  note?(state: CtyObject): void
  /** Brings a state that an earlier version wrote to this one's; `state` is the JSON of then. */
  upgrade(request: {
    readonly version: number
    readonly state: unknown
  }): Promise<Findings & { readonly state: CtyObject }>
}

export interface DataSource {
  validate(config: CtyObject): Promise<Findings>
  read(config: CtyObject, signal: AbortSignal): Promise<Deferrable & { readonly state: CtyObject | null }>
}

export interface EphemeralResource {
  validate(config: CtyObject): Promise<Findings>
  open(config: CtyObject, signal: AbortSignal): Promise<Deferrable & { readonly result: CtyObject | null }>
}

/** One object that a query finds. */
export interface Listed extends Findings {
  readonly displayName: string
  readonly identity: CtyObject
  /** Stands where the query wants whole resources. */
  readonly resource?: CtyObject
}

export interface ListResource {
  validate(config: CtyObject): Promise<Findings>
  list(
    request: { readonly config: CtyObject; readonly withResource: boolean; readonly limit: number },
    signal: AbortSignal,
  ): AsyncIterable<Listed>
}

/** What the plugin server asks; everything in it is decoded by the schema, nothing in it knows the wire. */
export interface Provider {
  readonly schema: TerraformSchema
  validateConfig(config: CtyObject): Promise<Findings>
  /** Called once before anything else is asked for; values may be unknown while planning. */
  configure(config: CtyObject, engine: EngineFacts): Promise<Findings>
  readonly resources: Readonly<Record<string, ManagedResource>>
  readonly dataSources: Readonly<Record<string, DataSource>>
  readonly ephemeralResources: Readonly<Record<string, EphemeralResource>>
  readonly listResources: Readonly<Record<string, ListResource>>
  /** Closes all connections; called before the process ends. */
  close(): Promise<void>
}
