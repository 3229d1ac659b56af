/** The arrows of the architecture: who may import whom. Checked by `npm run check`, which also fails on 0 modules. */
const layers = {
  core: [],
  schema: ['core'],
  config: ['core', 'schema'],
  http: ['core'],
  providers: ['core', 'http'],
  secrets: ['core', 'http'],
  engine: ['core'],
  report: ['core'],
  notify: ['core', 'http', 'report'],
  sandbox: [],
  'shared-ledger': ['core', 'http', 'secrets', 'engine'],
  trust: ['core', 'config', 'http', 'secrets'],
}

/** What puts the layers together; each file at the top of `src/` names its steps. */
const wiring = ['run', 'import']

/** What may import everything, and is imported by nothing but the files at the top of `src/`. */
const doors = ['cli', 'terraform', 'cdktf']

/** Each package has one layer that knows it, so that replacing it touches one folder. */
const packages = {
  '@1password/sdk': 'secrets',
  '@aws-sdk/client-s3': 'shared-ledger',
  '@aws-sdk/client-secrets-manager': 'secrets',
  '@aws-sdk/client-ssm': 'secrets',
  '@azure/identity': 'secrets',
  '@azure/keyvault-secrets': 'secrets',
  '@clack/prompts': 'cli',
  '@google-cloud/secret-manager': 'secrets',
  '@grpc/grpc-js': 'terraform',
  '@msgpack/msgpack': 'terraform',
  'age-encryption': 'secrets',
  cdktf: 'cdktf',
  cdktn: 'cdktf',
  constructs: 'cdktf',
  commander: 'cli',
  'p-queue': '(engine|run)',
  protobufjs: 'terraform',
  undici: 'http',
  // Read in config and in SOPS files, written in report.
  yaml: '(config|report|cli|secrets)',
  zod: 'providers',
}

const arrows = Object.entries(layers).map(([layer, allowed]) => ({
  name: `${layer}-imports`,
  comment: `src/${layer} may import ${allowed.length === 0 ? 'nothing of ours' : allowed.join(', ')}`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: '^src/', pathNot: [layer, ...allowed].map((name) => `^src/${name}/`) },
}))

const owners = Object.entries(packages).map(([name, layer]) => ({
  name: `${name}-only-in-${layer}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${layer}/` },
  to: { path: `node_modules/${name}/` },
}))

const known = [...Object.keys(layers), ...wiring, ...doors]

module.exports = {
  forbidden: [
    ...arrows,
    ...owners,
    {
      name: 'core-is-pure',
      comment: 'core and schema hold no I/O, clock, Node built-in or package',
      severity: 'error',
      from: { path: '^src/(core|schema)/' },
      to: { pathNot: '^src/' },
    },
    {
      name: 'known-layers',
      comment: 'a folder without a rule of its own could import anything',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${known.join('|')})/` },
      to: {},
    },
    {
      name: 'vendors-apart',
      comment: 'what two vendors need stands in src/providers, not in one of them',
      severity: 'error',
      from: { path: '^src/providers/([^/]+)/' },
      to: { path: '^src/providers/[^/]+/', pathNot: '^src/providers/$1/' },
    },
    {
      name: 'no-cycles',
      comment: 'what is loaded when it is needed may know who loads it',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
    },
    { name: 'cli-is-a-leaf', severity: 'error', from: { path: '^src/(?!cli/)' }, to: { path: '^src/cli/' } },
    {
      name: 'no-tests-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|chaos|scripts)/' },
    },
  ],
  options: {
    // TypeScript 7 has no API that the default parser could use: with it 0 modules are read, and reported as success.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    detectJSDocImports: false,
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs', '.json'] },
  },
}
