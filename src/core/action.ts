import type { Rung } from './rung.ts'
import type { DesiredValues, PlainValue } from './value.ts'
import type { DesiredObject, DesiredWebhook, LiveObject } from './webhook.ts'

export const actionKinds = ['create', 'update', 'replace', 'adopt', 'delete', 'keep'] as const
export type ActionKind = (typeof actionKinds)[number]

export type SecretVerdict = 'same' | 'differs' | 'unknown' | 'write' | 'capture'

/**
 * What a verdict on a secret rests on.
 * - `shown`: the vendor shows it, so values were compared. `absent`: the vendor has none.
 * - `fingerprint`: held against what was last written; a difference means that the vault changed since.
 * - `never-declared`: the webhook was applied before without it. `not-in-vault`: there is no value yet.
 * - `interrupted`: a run that ended midway may not have written it. `cleared`: it was cleared last.
 * - `clearing`: `null` is declared.
 * - `no-key`, `other-key`, `no-fingerprint`: why it cannot be compared.
 */
export type SecretGround =
  | 'shown'
  | 'absent'
  | 'fingerprint'
  | 'never-declared'
  | 'not-in-vault'
  | 'interrupted'
  | 'cleared'
  | 'clearing'
  | 'no-key'
  | 'other-key'
  | 'no-fingerprint'

/** A difference in one field: plain values before and after, or a verdict where the field is secret. */
export type Change =
  | {
      readonly path: string
      readonly before: PlainValue
      readonly after: PlainValue
      readonly effect: 'in-place' | 'replace' | 'none'
    }
  | {
      readonly path: string
      readonly secret: SecretVerdict
      readonly ground?: SecretGround
      /** How a secret that is to be captured is had. */
      readonly rung?: Rung
      /** It is no secret, the vendor just does not show it. */
      readonly isPlain?: true
    }

export type ReplaceOrder = 'create-first' | 'delete-first'

/** What happens to one object at the vendor. */
export type ObjectChange =
  | { readonly op: 'keep' | 'adopt'; readonly object: DesiredObject; readonly live: LiveObject }
  | { readonly op: 'create'; readonly object: DesiredObject }
  | {
      readonly op: 'update'
      readonly object: DesiredObject
      readonly live: LiveObject
      readonly paths: readonly string[]
    }
  | {
      readonly op: 'replace'
      readonly object: DesiredObject
      readonly live: LiveObject
      readonly order: ReplaceOrder
      /** Milliseconds for which the old object stays live beside the new one. */
      readonly overlap?: number
    }
  | {
      readonly op: 'delete'
      readonly live: LiveObject
      /** Set where it makes room for what its action makes. */
      readonly order?: 'delete-first'
      /** It was replaced before and stayed live beside its successor. */
      readonly isRetired?: true
    }
  /** Owned, replaced by another one, and live for as many milliseconds more. */
  | { readonly op: 'retire'; readonly live: LiveObject; readonly overlap: number }

/** A secret to be taken from the vendor into the vault. */
export interface Capture {
  readonly path: string
  readonly ref: string
  /** How it is had where its create is not part of the plan. */
  readonly rung?: Rung
  /** What the vault holds now is put beside it, whether or not two webhooks overlap. */
  readonly keepsFormer?: true
}

/** Declared values that all webhooks of an account share. */
export interface SharedValues {
  readonly fields: DesiredValues
  /** Keyed fingerprints of those that are secret. */
  readonly fingerprints: Readonly<Record<string, string>>
  /** File that declares them, as the ledger names it. */
  readonly file: string
}

/** What shall happen to one declared webhook, or to one that is owned and no longer declared. */
export interface Action {
  /** `provider/key`. */
  readonly id: string
  readonly kind: ActionKind
  readonly provider: string
  readonly type: string
  readonly key: string
  readonly changes: readonly Change[]
  readonly objects: readonly ObjectChange[]
  readonly desired?: DesiredWebhook
  /** Stands for an action about the values alone that all webhooks of the account share. */
  readonly shared?: SharedValues
  readonly order?: ReplaceOrder
  /** Why it is a replace, or why in this order. */
  readonly reason?: string
  readonly takesOver?: true
  /** The key its ledger entry had so far. */
  readonly movedFrom?: string
  /** Ids of the ledger entries it takes over or ends: its own, and those it moves from. */
  readonly entries: readonly string[]
  readonly capture?: Capture
  /** What would be lost for a moment, in words; absent when nothing is. */
  readonly gap?: string
  /** What it gives up for the length of one call before another webhook has it, because the two exchange it; in words. */
  readonly exchanges?: string
  /** Actions, as `provider/key`, that must be done before. */
  readonly after: readonly string[]
  /** Handovers it fills: a scope and an event that it makes sure are received. */
  readonly fills?: readonly string[]
  /** Handovers its deletes wait for, so that no event is without a receiver. */
  readonly awaits?: readonly string[]
}

/** Lists the ids of live objects that actions pair with what is declared. */
export function claimedIds(actions: readonly Action[]): ReadonlySet<string> {
  return new Set(
    actions.flatMap((action) =>
      action.objects.flatMap((change) => ('object' in change && 'live' in change ? [change.live.id] : [])),
    ),
  )
}

/** Lists the ids of the vendor objects an action is about, in the vendor's terms. */
export function objectIds(action: Action): readonly string[] {
  return action.objects.flatMap((change) => (change.op === 'create' ? [] : [change.live.id]))
}
