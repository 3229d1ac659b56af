// Finishes what the compiler has written: the command line becomes a few files, because each start would otherwise open
// a hundred, and its entry becomes executable; the Terraform provider becomes one. The library stays as compiled, one file
// for one source, without those that only the others need.
import { chmodSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { splitProvider } from './bundle-provider.mjs'
import { pruneLibrary } from './prune-library.mjs'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))

/** The provider is bundled with all it needs; the command line has it from there, and its packages are installed for nobody. */
const providerEntries = ['main', 'attach']
const leaveProvider = {
  name: 'leave-provider',
  setup(building) {
    const filter = /\/terraform\/(?:main|attach)\.js$/
    building.onResolve({ filter }, ({ path }) => ({
      path: `../terraform/${basename(path, '.js')}.cjs`,
      external: true,
    }))
  },
}

await build({
  entryPoints: [`${dist}cli/main.js`],
  outdir: `${dist}cli-bundle`,
  bundle: true,
  // What a command needs stays in files of its own, loaded when the command runs.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  // Less to parse with each start; names stay, so that a stack still tells where.
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning',
  plugins: [leaveProvider],
})
await splitProvider({
  entries: providerEntries.map((name) => `${dist}terraform/${name}.js`),
  outdir: `${dist}terraform-bundle`,
})
for (const name of ['cli', 'terraform']) {
  rmSync(`${dist}${name}`, { recursive: true })
  renameSync(`${dist}${name}-bundle`, `${dist}${name}`)
}
const bundled = new Set(['cli', 'terraform'])
const folders = readdirSync(dist, { withFileTypes: true }).filter(
  (entry) => entry.isDirectory() && !bundled.has(entry.name),
)
await pruneLibrary(
  dist,
  ['index', 'sandbox/index'],
  folders.map(({ name }) => name),
)
chmodSync(`${dist}cli/main.js`, 0o755)
