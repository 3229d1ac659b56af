import type { Diagnostic, Position } from '../core/diagnostic.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import type { DesiredWebhook } from '../core/webhook.ts'
import type { Validators } from '../schema/validator.ts'
import type { Place } from './findings.ts'
import type { AccountSettings } from './read-account.ts'
import type { DeclaredSecret, ReferenceFault } from './reading.ts'
import type { SourceFile } from './source-file.ts'
import type { Part, Path } from './source-tree.ts'

/** A vendor account with everything the files declare for it. */
export interface LoadedAccount extends AccountSettings {
  readonly definition: ProviderDefinition
  /** File with its settings, as the ledger names it. */
  readonly file: string
  /** Undefined where no file has a `webhooks:` line for it: such an account is never written. */
  readonly desired: readonly DesiredWebhook[] | undefined
}

/** One entry of `stores:`. */
export interface DeclaredStore {
  readonly alias: string
  readonly backend: string
  readonly options: Readonly<Record<string, unknown>>
  readonly at: Position
  /** Directory that relative paths in the options start at. */
  readonly baseDir: string
}

/** A value that stands in one file for the whole project. */
export interface DeclaredText {
  readonly value: string
  readonly at: Position
  readonly baseDir: string
}

/** The files that were loaded together. */
export interface LoadedProject {
  /** In the order of their names. */
  readonly accounts: readonly LoadedAccount[]
  readonly stores: readonly DeclaredStore[]
  readonly ledger?: DeclaredText
  readonly fingerprintKey?: DeclaredText
  /** Every secret that the files declare, with the directory its reference starts at. */
  readonly secrets: readonly DeclaredSecret[]
  /** Names of the files, as the user gave them. */
  readonly files: readonly string[]
  /** The files as the ledger names them: relative to its directory. */
  readonly ledgerFiles: readonly string[]
  /** Directory that a ledger path not named by any file starts at. */
  readonly baseDir: string
  readonly diagnostics: readonly Diagnostic[]
  /**
   * Finds where a value stands, by steps such as `['providers', 'main', 'webhooks', 'inbound', 'url']`; of what is
   * not there, the place it is missing in. Undefined where no file has anything of it.
   */
  readonly place: (path: Path, part?: Part) => Place | undefined
}

export interface ProjectOptions {
  readonly definitions: readonly ProviderDefinition[]
  /** Compiled schemas of the definitions. */
  readonly validators: Validators
  readonly env: Readonly<Record<string, string | undefined>>
  readonly vars: Readonly<Record<string, string>>
  readonly allowUnknownEvents: boolean
  /** Environment variables that may be read although they look like credentials; `*` is a wildcard. */
  readonly allowedEnv: readonly string[]
  /** Whether no other environment variable may be read into a text. */
  readonly onlyAllowedEnv?: boolean
  /** Absolute directory of the ledger, where the caller and not a file names it. */
  readonly ledgerDirectory?: string
  /** Looks deeper into a secret reference than its pattern can. */
  readonly checkReference?: (text: string) => ReferenceFault | undefined
  /** Webhooks, as `provider/key`, that one file declares whatever the others say of them. */
  readonly instead?: { readonly file: string; readonly ids: ReadonlySet<string> }
  /** Limit on declared webhooks. */
  readonly maxWebhooks?: number
}

export type { DeclaredSecret, Part, Path, Place, ReferenceFault, SourceFile }
