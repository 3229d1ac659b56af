import type { Context } from './context.ts'
import type { FlagName } from './flag-table.ts'

/** Runs a command and answers with its exit code. */
export type RunCommand = (context: Context) => Promise<number>

export interface CommandSpec {
  readonly name: string
  /** Operands, in the notation of commander. */
  readonly operands?: string
  readonly summary: string
  readonly flags: readonly FlagName[]
  readonly examples: readonly string[]
  /** Loads the implementation: the start of the program stays free of what a call does not need. */
  readonly load?: () => Promise<{ readonly run: RunCommand }>
  readonly commands?: readonly CommandSpec[]
}

const looks: readonly FlagName[] = ['no-color', 'quiet', 'verbose']
const output: readonly FlagName[] = ['json', ...looks]
const reports: readonly FlagName[] = ['json', 'report', ...looks]
const config: readonly FlagName[] = ['file', 'var', 'var-file', 'allow-unknown-events', 'policy', 'trusted']
const selection: readonly FlagName[] = ['target', 'exclude', 'shard']
const ledger: readonly FlagName[] = ['ledger', 'no-ledger', 'lock-timeout', 'parallelism', 'offline']
/** What commands have that call vendors. */
const calls: readonly FlagName[] = ['audit']
const guards: readonly FlagName[] = [
  'dedupe',
  'write-secrets',
  'prune-file',
  'max-deletes',
  'allow-empty',
  'allow-gap',
  'allow-takeover',
  'allow-recreate',
  'allow-http',
  'allow-shadow',
  'allow-repoint',
]
const ledgerPlace: readonly FlagName[] = [...config, 'ledger', 'lock-timeout']

const ledgerCommands: readonly CommandSpec[] = [
  {
    name: 'list',
    operands: '[globs...]',
    summary: 'list what the ledger owns',
    flags: [...ledgerPlace, ...output],
    examples: ['hooks-sync ledger list', "hooks-sync ledger list 'chat-eu/*' --json"],
    load: () => import('./commands/ledger-list.ts'),
  },
  {
    name: 'rm',
    operands: '<globs...>',
    summary: 'remove entries; their webhooks stay live and are no longer owned',
    flags: [...ledgerPlace, ...output],
    examples: ["hooks-sync ledger rm 'chat-eu/old-*'"],
    load: () => import('./commands/forget.ts'),
  },
  {
    name: 'mv',
    operands: '<from> <to>',
    summary: 'give an entry another key',
    flags: [...ledgerPlace, ...output],
    examples: ['hooks-sync ledger mv chat-eu/inbound chat-eu/messages'],
    load: () => import('./commands/ledger-mv.ts'),
  },
  {
    name: 'copy',
    operands: '<from> <to>',
    summary: 'copy a ledger to another place, such as from a file into a bucket',
    flags: [...config, 'lock-timeout', ...output],
    examples: ['hooks-sync ledger copy .hooks-sync/ledger.json s3://my-bucket/hooks/ledger'],
    load: () => import('./commands/ledger-copy.ts'),
  },
  {
    name: 'unlock',
    summary: 'remove the lock of a run that is gone for good',
    flags: [...ledgerPlace, ...output],
    examples: ['hooks-sync ledger unlock'],
    load: () => import('./commands/ledger-unlock.ts'),
  },
]

const secretsCommands: readonly CommandSpec[] = [
  {
    name: 'init',
    operands: '[refs...]',
    summary: 'make identity, vault and fingerprint key where the files want them',
    flags: [...config, ...output],
    examples: ['hooks-sync secrets init'],
    load: () => import('./commands/secrets-init.ts'),
  },
  {
    name: 'set',
    operands: '<ref>',
    summary: 'store a secret, read from stdin or asked for without echo',
    flags: [...config, ...output],
    examples: ['hooks-sync secrets set ref+age://secrets.age#/casey/api_key < key.txt'],
    load: () => import('./commands/secrets-set.ts'),
  },
  {
    name: 'get',
    operands: '<ref>',
    summary: 'print a secret in clear; takes --reveal',
    flags: [...config, 'reveal', ...output],
    examples: ['hooks-sync secrets get ref+age://secrets.age#/casey/api_key --reveal'],
    load: () => import('./commands/secrets-get.ts'),
  },
  {
    name: 'list',
    operands: '[refs...]',
    summary: 'list the names of what age files, or the paths named, keep; never a value',
    flags: [...config, ...output],
    examples: ['hooks-sync secrets list', 'hooks-sync secrets list ref+age://secrets.age'],
    load: () => import('./commands/secrets-list.ts'),
  },
  {
    name: 'rm',
    operands: '<ref>',
    summary: 'remove a secret',
    flags: [...config, ...output],
    examples: ['hooks-sync secrets rm ref+age://secrets.age#/casey/api_key'],
    load: () => import('./commands/secrets-rm.ts'),
  },
  {
    name: 'check',
    summary: 'ask the stores for every secret of the files and tell which fail, and why',
    flags: [...config, 'write', ...output],
    examples: ['hooks-sync secrets check', 'hooks-sync secrets check --write --json'],
    load: () => import('./commands/secrets-check.ts'),
  },
]

const reportCommands: readonly CommandSpec[] = [
  {
    name: 'merge',
    operands: '<files...>',
    summary: 'join the JSON reports of drift of all shards to that of one run; exits as drift does',
    flags: [...config, 'history', 'notify', ...reports],
    examples: [
      'hooks-sync report merge shard-*.json',
      'hooks-sync report merge shard-*.json --history drift.jsonl --report html=drift.html --json',
    ],
    load: () => import('./commands/report-merge.ts'),
  },
]

const terraformCommands: readonly CommandSpec[] = [
  {
    name: 'install',
    summary: 'put the Terraform provider where terraform init and tofu init find it',
    flags: ['dir', ...output],
    examples: ['hooks-sync terraform install', 'hooks-sync terraform install --dir /usr/share/terraform/plugins'],
    load: () => import('./commands/terraform-install.ts'),
  },
  {
    name: 'serve',
    summary: 'run the Terraform provider in the foreground, for an engine to attach to',
    flags: [...looks],
    examples: ['hooks-sync terraform serve'],
    load: () => import('./commands/terraform-serve.ts'),
  },
]

/** Every command there is. */
export const commandTable: readonly CommandSpec[] = [
  {
    name: 'init',
    summary: 'write a first webhooks.yaml; never overwrites',
    flags: ['provider', ...looks],
    examples: ['hooks-sync init', 'hooks-sync init --provider <type>'],
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'validate',
    summary: 'check the files; asks no vendor and no vault',
    flags: [...config, ...output],
    examples: ['hooks-sync validate', 'hooks-sync validate -f envs/prod --json'],
    load: () => import('./commands/validate.ts'),
  },
  {
    name: 'plan',
    summary: 'show what apply would do; writes nothing',
    flags: [...config, ...selection, ...ledger, ...guards, 'out', 'detailed-exitcode', ...calls, ...reports],
    examples: [
      'hooks-sync plan',
      "hooks-sync plan --target 'chat-eu/*' --detailed-exitcode",
      'hooks-sync plan --out plan.json --report markdown=plan.md',
    ],
    load: () => import('./commands/plan.ts'),
  },
  {
    name: 'apply',
    operands: '[plan]',
    summary: 'make the accounts what the files say',
    flags: [
      ...config,
      ...selection,
      ...ledger,
      ...guards,
      'verify',
      'time-limit',
      'auto-approve',
      'notify',
      ...calls,
      ...reports,
    ],
    examples: ['hooks-sync apply', 'hooks-sync apply --auto-approve --json', 'hooks-sync apply plan.json'],
    load: () => import('./commands/apply.ts'),
  },
  {
    name: 'drift',
    summary: 'tell how the accounts differ from the files; exits 2 when they do',
    flags: [
      ...config,
      ...selection,
      ...ledger,
      'prune-file',
      'all-scopes',
      'fail-on',
      'history',
      'notify',
      'watch',
      'metrics',
      ...calls,
      ...reports,
    ],
    examples: [
      'hooks-sync drift',
      'hooks-sync drift --all-scopes --fail-on missing,changed,unmanaged',
      'hooks-sync drift --history drift.jsonl --report html=drift.html --report sarif=drift.sarif',
      'hooks-sync drift --history drift.jsonl --notify slack=ref+env://SLACK_URL',
      'hooks-sync drift --watch 15m --metrics :9464',
    ],
    load: () => import('./commands/drift.ts'),
  },
  { name: 'report', summary: 'work with reports', flags: [], examples: [], commands: reportCommands },
  {
    name: 'import',
    summary: 'print live webhooks that no file declares, as a file of their own',
    flags: [...config, 'provider', 'out', 'adopt', 'capture', ...ledger, ...calls, ...looks],
    examples: [
      'hooks-sync import > imported.yaml',
      'hooks-sync import --provider chat --out imported.yaml --adopt',
      'hooks-sync import --out imported.yaml --capture ref+age://secrets.age#/imported',
    ],
    load: () => import('./commands/import.ts'),
  },
  {
    name: 'verify',
    summary: 'prove that receivers take what their vendors send, and refuse what is forged',
    flags: [...config, ...selection, 'parallelism', 'offline', 'time-limit', ...calls, ...output],
    examples: ['hooks-sync verify', "hooks-sync verify --target 'chat-eu/*' --time-limit 5s"],
    load: () => import('./commands/verify.ts'),
  },
  {
    name: 'rotate',
    operands: '[globs...]',
    summary: 'give webhooks new signing secrets, without losing a delivery',
    flags: [
      ...config,
      'exclude',
      ...ledger,
      'overlap',
      'resume',
      'dry-run',
      'max-age',
      'allow-gap',
      'allow-takeover',
      'allow-shadow',
      'allow-repoint',
      'auto-approve',
      ...calls,
      ...output,
    ],
    examples: [
      'hooks-sync rotate chat-eu/inbound --dry-run',
      "hooks-sync rotate 'chat-eu/*' --overlap 24h",
      "hooks-sync rotate '*' --max-age 90d --auto-approve",
      'hooks-sync rotate --resume',
    ],
    load: () => import('./commands/rotate.ts'),
  },
  {
    name: 'forget',
    operands: '<globs...>',
    summary: 'stop owning webhooks; they stay live',
    flags: [...ledgerPlace, 'auto-approve', ...output],
    examples: ["hooks-sync forget 'casey/*'", 'hooks-sync forget chat-eu/inbound --auto-approve'],
    load: () => import('./commands/forget.ts'),
  },
  {
    name: 'unlock',
    summary: 'the same as "ledger unlock"',
    flags: [...ledgerPlace, ...output],
    examples: ['hooks-sync unlock'],
    load: () => import('./commands/ledger-unlock.ts'),
  },
  { name: 'ledger', summary: 'look at the ledger and mend it', flags: [], examples: [], commands: ledgerCommands },
  {
    name: 'providers',
    operands: '[type]',
    summary: 'list the vendors; with a type its fields and events',
    flags: ['events', ...output],
    examples: ['hooks-sync providers', 'hooks-sync providers <type> --events'],
    load: () => import('./commands/providers.ts'),
  },
  {
    name: 'schema',
    summary: 'print the JSON Schema of webhooks.yaml',
    flags: [],
    examples: ['hooks-sync schema > webhooks.schema.json'],
    load: () => import('./commands/schema.ts'),
  },
  {
    name: 'sandbox',
    summary: 'run local stand-ins of the vendor APIs',
    flags: ['port', 'vendors', 'state', 'latency', ...output],
    examples: ['hooks-sync sandbox', 'hooks-sync sandbox --port 4010 --state sandbox.json --verbose'],
    load: () => import('./commands/sandbox.ts'),
  },
  { name: 'secrets', summary: 'keep secrets in the vaults', flags: [], examples: [], commands: secretsCommands },
  {
    name: 'terraform',
    summary: 'install the Terraform provider, or run it',
    flags: [],
    examples: [],
    commands: terraformCommands,
  },
  {
    name: 'completion',
    operands: '<shell>',
    summary: 'print a completion script for bash, zsh or fish',
    flags: [],
    examples: ['source <(hooks-sync completion bash)', 'hooks-sync completion fish | source'],
    load: () => import('./commands/completion.ts'),
  },
]
