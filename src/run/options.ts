import { homedir } from 'node:os'
import type { RunEvent } from '../core/outcome.ts'
import { type Allowances, allowNothing } from '../core/plan.ts'
import { observeSecrets } from '../core/secret.ts'
import type { Clock } from '../engine/ports.ts'
import type { CallRecord } from '../http/client.ts'
import type { Clock as CallClock } from '../http/clock.ts'
import { makeScrubber } from '../secrets/scrubber.ts'
import type { Undo } from './undo/undo-file.ts'

/** What loading the files needs to know. */
export interface LoadOptions {
  /** Files and directories; empty to search upwards from `cwd`. */
  readonly files: readonly string[]
  readonly cwd: string
  readonly homeDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin?: AsyncIterable<Uint8Array | string>
  /** Values for `${var:…}`. */
  readonly vars: Readonly<Record<string, string>>
  readonly allowUnknownEvents: boolean
  /** Path of the ledger; false for none, undefined for what the files say. */
  readonly ledger: string | false | undefined
  /** Path of the operator's policy; without one `HOOKS_SYNC_POLICY` names it. */
  readonly policy?: string
  /** Whether the run is trusted although it is for a pull request from a fork; that takes a policy. */
  readonly trusted?: boolean
}

/** One attempt of a call to a vendor, as an audit trail tells it. Holds no secret. */
export interface VendorCall extends CallRecord {
  /** Name of the account. */
  readonly provider: string
  readonly type: string
}

/** What planning and applying need to know beside the files. */
export interface SyncOptions extends LoadOptions {
  readonly allow: Allowances
  /** `provider/key` globs; empty for all. */
  readonly targets: readonly string[]
  readonly excludes: readonly string[]
  /** `provider/key` globs of secrets to write although they cannot be compared. */
  readonly writeSecrets: readonly string[]
  /** Only every `count`-th account, by a hash of its name; `index` counts from 1. */
  readonly shard?: { readonly index: number; readonly count: number }
  /** Files that are gone for good; what they declared is deleted. */
  readonly pruneFiles: readonly string[]
  readonly dedupe: boolean
  readonly allScopes: boolean
  /** Put back what an apply did, and nothing else, in place of what the files say. */
  readonly undo?: Undo
  /** Prove the receivers of what an apply is about to write, and refuse the plan unless all pass. */
  readonly receiverGate?: { readonly timeLimitMs?: number }
  /** Leave what would undo an apply beside the ledger. */
  readonly keepsUndo?: boolean
  /** Accounts at once. */
  readonly parallelism: number
  /** How long to wait for another run's lock, in milliseconds. */
  readonly lockTimeoutMs: number
  /** Aborted when the run shall stop: what is in flight is finished. */
  readonly stop: AbortSignal
  readonly emit: (event: RunEvent) => void
  /** Hears of every attempt of a vendor call, those for tokens included. */
  readonly onVendorCall?: (call: VendorCall) => void
  /** How time passes; that of this machine when absent. */
  readonly pace?: Pace
  /** Takes known secrets out of a text. */
  readonly scrub: (text: string) => string
}

/** Time as a run meets it, so that what a vendor takes long over can be tested without waiting. */
export interface Pace {
  /** The longest one attempt of a vendor call may take, in milliseconds; 30,000 when absent. */
  readonly timeoutMs?: number
  /** Tells the time and waits between looks at a vendor. */
  readonly clock?: Clock
  /** Waits between attempts of one call. */
  readonly callClock?: CallClock
  /** How long a run that was asked to stop still waits for a vendor that wants a pause; 5,000 when absent. */
  readonly graceMs?: number
}

const scrubber = makeScrubber()

/** Takes secrets out of what programs are told, as the command line does with what it prints; all options share them. */
function scrubKnown(): SyncOptions['scrub'] {
  observeSecrets((value) => scrubber.add(value))
  return (text) => scrubber.scrub(text)
}

/** Completes options as the command line does without any flag. */
export function makeOptions(given: Partial<SyncOptions> = {}): SyncOptions {
  return {
    files: [],
    cwd: process.cwd(),
    homeDir: homedir(),
    env: process.env,
    vars: {},
    allowUnknownEvents: false,
    ledger: undefined,
    allow: allowNothing,
    targets: [],
    excludes: [],
    writeSecrets: [],
    pruneFiles: [],
    dedupe: false,
    allScopes: false,
    parallelism: 10,
    lockTimeoutMs: 0,
    stop: new AbortController().signal,
    emit: () => undefined,
    ...given,
    scrub: given.scrub ?? scrubKnown(),
  }
}
