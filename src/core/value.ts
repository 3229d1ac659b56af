import type { HiddenSecret, Secret, SecretSlot } from './secret.ts'

/** Data as JSON knows it. */
export type PlainValue =
  | string
  | number
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue }

/** A declared value: data with secret slots where secrets belong. `null` asks to clear. */
export type DesiredValue =
  | string
  | number
  | boolean
  | null
  | SecretSlot
  | readonly DesiredValue[]
  | { readonly [key: string]: DesiredValue }

/** A live value: data with secrets, or the knowledge that a secret is hidden. Absent means the vendor holds none. */
export type LiveValue =
  | string
  | number
  | boolean
  | null
  | Secret
  | HiddenSecret
  | readonly LiveValue[]
  | { readonly [key: string]: LiveValue }

export type DesiredValues = Readonly<Record<string, DesiredValue>>
export type LiveValues = Readonly<Record<string, LiveValue>>
