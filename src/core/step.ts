import type { Repair } from './ledger.ts'
import type { Rung } from './rung.ts'
import type { DesiredObject } from './webhook.ts'

interface Common {
  /** Unique within one account's steps. */
  readonly id: string
  /** The actions it serves, as `provider/key`. */
  readonly serves: readonly string[]
  /** Steps that must have succeeded before. */
  readonly after: readonly string[]
  /** Ends its actions with a check: who waits for them does not wait for this. */
  readonly last?: true
}

/** Makes an object. Never repeated blindly: a lost answer is settled by listing again. */
export interface CreateStep extends Common {
  readonly does: 'create'
  readonly object: DesiredObject
  /** The old object of a replace: deleted first if the vendor refuses both at once and a gap is allowed. */
  readonly replaces?: {
    readonly id: string
    readonly scope: string
    readonly part: string
    readonly gapAllowed: boolean
  }
  /** Fields that a later step writes; until then the ledger counts them as not written. */
  readonly later?: readonly string[]
  /** What only the provider understands, such as which agents to attach at once. */
  readonly call?: unknown
}

/** Changes an object in place; safe to repeat. */
export interface UpdateStep extends Common {
  readonly does: 'update'
  /** Id of the live object. */
  readonly target: string
  readonly object: DesiredObject
  /** The fields to write. */
  readonly paths: readonly string[]
  readonly call?: unknown
}

/** Changes an object that a create step makes; the engine's own, the provider sees an update once the id is known. */
export interface FollowStep extends Common {
  readonly does: 'follow'
  /** The create step whose object it is about. */
  readonly of: { readonly step: string }
  readonly object: DesiredObject
  readonly paths: readonly string[]
}

/** Removes an object; already gone counts as done. */
export interface DeleteStep extends Common {
  readonly does: 'delete'
  readonly target: string
  readonly scope: string
  readonly part: string
  /** It was replaced before, so it waits for nothing. */
  readonly isRetired?: true
  /** The former secret that is no longer needed once it is gone. */
  readonly discards?: { readonly path: string; readonly ref: string }
  /** Id that nothing must have afterwards, where twins are numbered and move up; `target` when absent. */
  readonly gone?: string
  readonly call?: unknown
}

/** A call that is about no single object, such as writing a whole document; the provider reads and compares first. */
export interface WriteStep extends Common {
  readonly does: 'write'
  readonly call: unknown
  /** Id of the object that the call names, where it names one. */
  readonly target?: string
  /** The create step that makes the object it names: the engine puts its id into `target`. */
  readonly of?: { readonly step: string }
  /** Recorded before it and made good by the next run should this one die midway; safe to repeat at any time. */
  readonly repair?: Repair
  /** The objects it changes, read again afterwards. */
  readonly changes?: readonly Pick<UpdateStep, 'target' | 'object'>[]
}

/** Takes the secret the vendor made for an object and stores it; the engine's own, no provider sees it. */
export interface CaptureStep extends Common {
  readonly does: 'capture'
  /** The create step whose object it is about, or the id of a live object. */
  readonly of: { readonly step: string } | { readonly id: string; readonly scope: string }
  readonly path: string
  readonly ref: string
  /** How the secret is had where the create has not answered it. */
  readonly rung: Rung
  /** What the vault holds now is put beside it. */
  readonly keepsFormer?: true
  /** The old object had to be deleted first, so nothing waits for the capture. */
  readonly oldGoesFirst?: boolean
}

/** Leaves an old object live until a later apply, beside the one that replaces it; the engine's own. */
export interface RetireStep extends Common {
  readonly does: 'retire'
  readonly target: string
  /** Milliseconds from now. */
  readonly overlap: number
}

export type Step = CreateStep | UpdateStep | FollowStep | DeleteStep | WriteStep | CaptureStep | RetireStep
