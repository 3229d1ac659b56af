/** The arrows of the architecture: who may import whom. Checked by `npm run check`, which also fails on 0 modules. */
const only = (layer, allowed) => ({
  name: `${layer}-imports`,
  comment: `src/${layer} may import ${allowed.length === 0 ? 'nothing of ours' : allowed.join(', ')}`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: '^src/', pathNot: [layer, ...allowed].map((name) => `^src/${name}/`) },
})

module.exports = {
  forbidden: [
    only('core', []),
    only('schema', ['core']),
    only('config', ['core', 'schema']),
    only('http', ['core']),
    only('providers', ['core', 'http']),
    only('secrets', ['core', 'http']),
    only('engine', ['core']),
    only('report', ['core']),
    only('sandbox', []),
    { name: 'core-is-pure', comment: 'core holds no I/O, clock or Node built-in', severity: 'error', from: { path: '^src/core/' }, to: { dependencyTypes: ['core', 'npm'] } },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'cli-is-a-leaf', severity: 'error', from: { path: '^src/(?!cli/)' }, to: { path: '^src/cli/' } },
    { name: 'no-tests-in-src', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|bench|scripts)/' } },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    includeOnly: '^src/',
    tsPreCompilationDeps: true,
    detectJSDocImports: false,
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs', '.json'] },
  },
}
