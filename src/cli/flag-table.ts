/** How a flag takes its value. */
type FlagKind = 'switch' | 'value' | 'list'

export interface FlagSpec {
  readonly kind: FlagKind
  /** As the help shows it, in the notation of commander. */
  readonly syntax: string
  readonly doc: string
}

/**
 * Every flag there is, by its long name. Each is also read from an environment variable: `--lock-timeout` from
 * `HOOKS_SYNC_LOCK_TIMEOUT`; a list takes one value a line there.
 */
export const flagTable = {
  file: { kind: 'list', syntax: '-f, --file <path>', doc: 'config file or directory; repeatable, "-" is stdin' },
  var: { kind: 'list', syntax: '--var <name=value>', doc: 'value for ${var:name}; repeatable' },
  'var-file': { kind: 'list', syntax: '--var-file <file>', doc: 'YAML or JSON map of values for ${var:…}; repeatable' },
  'allow-unknown-events': {
    kind: 'switch',
    syntax: '--allow-unknown-events',
    doc: 'take event names that are close to a known one as they are',
  },
  policy: {
    kind: 'value',
    syntax: '--policy <file>',
    doc: 'where secrets may go, decided outside of the working copy; see docs/policy.md',
  },
  trusted: {
    kind: 'switch',
    syntax: '--trusted',
    doc: 'trust a run for a pull request from a fork; takes --policy',
  },

  target: { kind: 'list', syntax: '--target <glob>', doc: 'only these "provider/key"; repeatable' },
  exclude: { kind: 'list', syntax: '--exclude <glob>', doc: 'all but these "provider/key"; repeatable' },
  shard: {
    kind: 'value',
    syntax: '--shard <i/n>',
    doc: 'only the i-th of n parts of the accounts, counted from 1; auto/n takes i from JOB_COMPLETION_INDEX',
  },

  ledger: {
    kind: 'value',
    syntax: '--ledger <place>',
    doc: 'ledger: a file, s3://…, or ref+vault://… (default: what the files say)',
  },
  'no-ledger': { kind: 'switch', syntax: '--no-ledger', doc: 'no ledger: nothing is owned' },
  'lock-timeout': {
    kind: 'value',
    syntax: '--lock-timeout <time>',
    doc: "wait for another run's lock, e.g. 30s or 5m",
  },
  parallelism: { kind: 'value', syntax: '--parallelism <n>', doc: 'accounts at once (default: 10)' },
  offline: { kind: 'switch', syntax: '--offline', doc: 'open no socket; compare with the ledger only' },

  dedupe: { kind: 'switch', syntax: '--dedupe', doc: 'remove live twins where nothing can be lost' },
  'write-secrets': {
    kind: 'list',
    syntax: '--write-secrets <glob>',
    doc: 'write these secrets although they cannot be compared; repeatable',
  },
  'prune-file': {
    kind: 'list',
    syntax: '--prune-file <path>',
    doc: 'a file that is gone for good: delete what it declared; repeatable',
  },
  'max-deletes': { kind: 'value', syntax: '--max-deletes <n|n%>', doc: 'allow this many deletes' },
  'allow-empty': { kind: 'switch', syntax: '--allow-empty', doc: 'allow an account to be left with no webhook' },
  'allow-gap': { kind: 'switch', syntax: '--allow-gap', doc: 'allow deliveries to be lost for a moment' },
  'allow-takeover': {
    kind: 'switch',
    syntax: '--allow-takeover',
    doc: 'allow replacing webhooks that the ledger does not own',
  },
  'allow-recreate': {
    kind: 'switch',
    syntax: '--allow-recreate',
    doc: 'allow a replace that rotates a secret nobody captures',
  },
  'allow-http': { kind: 'switch', syntax: '--allow-http', doc: 'allow receivers over http://' },
  'allow-shadow': {
    kind: 'switch',
    syntax: '--allow-shadow',
    doc: 'allow a filtered subscription to take events from an unfiltered one',
  },
  'allow-repoint': {
    kind: 'switch',
    syntax: '--allow-repoint',
    doc: 'allow an account name to point to another account than the ledger knows',
  },

  out: { kind: 'value', syntax: '--out <file>', doc: 'file to write: the plan for "apply", or what is imported' },
  'detailed-exitcode': { kind: 'switch', syntax: '--detailed-exitcode', doc: 'exit 2 when there are changes' },
  'auto-approve': { kind: 'switch', syntax: '--auto-approve', doc: 'ask no question' },
  'all-scopes': { kind: 'switch', syntax: '--all-scopes', doc: 'walk everything the accounts hold' },
  'fail-on': { kind: 'list', syntax: '--fail-on <class,…>', doc: 'classes that count as drift' },
  history: {
    kind: 'value',
    syntax: '--history <file>',
    doc: 'append one line per run, and tell what is new, known and resolved since',
  },
  notify: {
    kind: 'list',
    syntax: '--notify <[format=]ref>',
    doc: 'tell of news there: slack=, teams= or json= and a reference to the URL; repeatable',
  },
  watch: { kind: 'value', syntax: '--watch <time>', doc: 'run again and again, e.g. every 15m, until stopped' },
  metrics: {
    kind: 'value',
    syntax: '--metrics <[host]:port>',
    doc: 'with --watch: serve /metrics, /healthz and /readyz; a port alone means 127.0.0.1',
  },

  resume: { kind: 'switch', syntax: '--resume', doc: 'only go on with what was begun, and remove what is over' },
  'dry-run': {
    kind: 'switch',
    syntax: '--dry-run',
    doc: 'show the steps and what receivers must accept; write nothing',
  },
  overlap: { kind: 'value', syntax: '--overlap <time>', doc: 'keep the former secret for this long, e.g. 24h' },
  'max-age': { kind: 'value', syntax: '--max-age <time>', doc: 'only secrets last written longer ago, e.g. 90d' },

  json: { kind: 'switch', syntax: '--json', doc: 'stdout is machine-readable and nothing else' },
  report: {
    kind: 'list',
    syntax: '--report <format=path>',
    doc: 'write a report: text, json, markdown, html; of drift also junit, sarif; repeatable, "-" is stdout',
  },
  audit: { kind: 'value', syntax: '--audit <file>', doc: 'append one JSON line per vendor call; never a secret' },
  'no-color': { kind: 'switch', syntax: '--no-color', doc: 'no colors; NO_COLOR and FORCE_COLOR are honored too' },
  quiet: { kind: 'switch', syntax: '-q, --quiet', doc: 'only what went wrong and the last line' },
  verbose: {
    kind: 'switch',
    syntax: '-v, --verbose',
    doc: 'everything: unchanged webhooks, whole lists, stack traces',
  },

  provider: {
    kind: 'list',
    syntax: '--provider <name>',
    doc: 'init: a vendor to write an account for; import: only this account; repeatable',
  },
  adopt: { kind: 'switch', syntax: '--adopt', doc: 'record in the ledger that what is imported is owned' },
  capture: {
    kind: 'value',
    syntax: '--capture <ref>',
    doc: 'store the secrets that vendors made below this reference',
  },
  verify: {
    kind: 'switch',
    syntax: '--verify',
    doc: 'prove the receivers of what is about to be written, and write nothing unless all pass',
  },
  'time-limit': {
    kind: 'value',
    syntax: '--time-limit <time>',
    doc: 'how long a receiver may take (default: what its vendor documents, or 10s)',
  },
  events: { kind: 'switch', syntax: '--events', doc: 'list the events' },
  write: { kind: 'switch', syntax: '--write', doc: 'also prove that what is to be stored could be' },
  reveal: { kind: 'switch', syntax: '--reveal', doc: 'print the secret in clear' },
  port: { kind: 'value', syntax: '--port <n>', doc: 'port to listen on (default: a free one)' },
  vendors: { kind: 'list', syntax: '--vendors <a,b>', doc: 'stand-ins to start (default: all)' },
  state: { kind: 'value', syntax: '--state <file>', doc: 'JSON file that keeps the accounts across runs' },
  dir: { kind: 'value', syntax: '--dir <path>', doc: 'mirror of providers (default: the one in the home directory)' },
  latency: { kind: 'value', syntax: '--latency <ms>', doc: 'delay each answer by this many milliseconds' },
} as const

export type FlagName = keyof typeof flagTable

type Named<K extends FlagKind> = {
  readonly [N in FlagName]: (typeof flagTable)[N]['kind'] extends K ? N : never
}[FlagName]

export type SwitchName = Named<'switch'>
export type ValueName = Named<'value'>
export type ListName = Named<'list'>
