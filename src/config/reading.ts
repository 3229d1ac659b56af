import type { SecretSlot } from '../core/secret.ts'
import type { Validators } from '../schema/validator.ts'
import type { Findings } from './findings.ts'
import type { Path } from './source-tree.ts'
import type { TextFiller } from './text-filler.ts'

/** Why a text is not a well-formed reference; `offset` and `length` say which part. */
export interface ReferenceFault {
  readonly message: string
  readonly hint: string
  readonly offset: number
  readonly length: number
}

/** A secret that the files declare. */
export interface DeclaredSecret {
  readonly slot: SecretSlot
  /** Steps from the root of the project to the field. */
  readonly path: Path
  /** Directory that a relative path in the reference starts at. */
  readonly baseDir: string
}

/** What reading the values of one file needs. */
export interface Reading {
  readonly findings: Findings
  readonly fill: TextFiller
  readonly validators: Validators
  readonly allowUnknownEvents: boolean
  /** The vendor's name in texts. */
  readonly title: string
  /** Looks deeper into a reference than its pattern can; nothing where it is well formed. */
  readonly checkReference: (text: string) => ReferenceFault | undefined
  readonly secrets: DeclaredSecret[]
}
