/** What the operator decides about where secrets may come from and go to. Never read from the files it judges. */
export interface Policy {
  /** Origins and host patterns that credentials may go to, by provider type; under `stores` those of all stores. */
  readonly origins: Readonly<Record<string, readonly string[]>>
  /** Hosts that webhooks may deliver to; undefined where any may be named. */
  readonly receivers: readonly string[] | undefined
  /** Which secrets accounts may read; undefined where any may be named. */
  readonly paths: readonly PathRule[] | undefined
  /** Absolute directories that `file` references may read; undefined for the usual ones. */
  readonly fileRoots: readonly string[] | undefined
  /** Environment variables that plain texts may read although they look like credentials; `*` is a wildcard. */
  readonly allowEnv: readonly string[]
  /** Whether the proxy that the environment names is used. */
  readonly proxy: 'env' | 'none'
}

/** Accounts, by a glob of their names, and the paths they may read, as globs too. */
export interface PathRule {
  readonly accounts: string
  readonly paths: readonly string[]
}

/** The policy of a run without one. */
export const noPolicy: Policy = {
  origins: {},
  receivers: undefined,
  paths: undefined,
  fileRoots: undefined,
  allowEnv: [],
  proxy: 'env',
}
