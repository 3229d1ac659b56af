// Makes few files of the Terraform provider and all it needs: what the npm package starts and what the executable holds.
// CommonJS throughout, the only form that an executable can hold, and the quicker one to start.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'
import { renderLicenses } from './third-party-licenses.mjs'

const root = fileURLToPath(new URL('../', import.meta.url))

/** The form has no place of a module; what asks for one gets that of the file. */
const define = { 'import.meta.url': 'bundleUrl' }
const banner = "const bundleUrl = require('node:url').pathToFileURL(__filename).href;"

/** Bundles an entry of the sources, or of what was compiled, into one file, with the licenses of what is in it beside it. */
export async function bundleProvider({ entry, outfile }) {
  const { metafile } = await build({
    ...settings(),
    entryPoints: [entry],
    outfile,
    format: 'cjs',
    define,
    banner: { js: banner },
  })
  writeFileSync(join(dirname(outfile), 'THIRD-PARTY.txt'), renderLicenses(metafile, root))
}

/**
 * Bundles each entry into one file for the start and others that are read when they are needed: until the handshake there is
 * a third to read. Only modules can be split, so that each part is made CommonJS afterwards.
 */
export async function splitProvider({ entries, outdir }) {
  const { metafile, outputFiles } = await build({
    ...settings(),
    entryPoints: [...entries],
    outdir,
    format: 'esm',
    splitting: true,
    chunkNames: 'part-[hash]',
    write: false,
  })
  mkdirSync(outdir, { recursive: true })
  for (const { path, text } of outputFiles) {
    const { code } = await transform(text, {
      format: 'cjs',
      // With the names that modules read of it.
      platform: 'node',
      // Parts that are read later are read as these are.
      supported: { 'dynamic-import': false },
      define,
      banner,
      minifyWhitespace: true,
      target,
    })
    const linked = code.replaceAll(/require\("(\.\/[^"]+)\.js"\)/g, 'require("$1.cjs")')
    writeFileSync(join(outdir, `${basename(path, '.js')}.cjs`), linked)
  }
  writeFileSync(join(outdir, 'THIRD-PARTY.txt'), renderLicenses(metafile, root))
}

const target = 'node20.19'

function settings() {
  const { version, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return {
    bundle: true,
    platform: 'node',
    target,
    // Clients of vaults, which no provider asks for secrets.
    external: Object.keys(peerDependencies),
    // Less to parse with each start; names stay, so that a log still tells where.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    plugins: [knownVersion(version)],
  }
}

/** The file has no package around it whose version could be read. */
function knownVersion(version) {
  return {
    name: 'known-version',
    setup(building) {
      building.onLoad({ filter: /[/\\]run[/\\]version\.[jt]s$/ }, () => ({
        contents: `export const version = ${JSON.stringify(version)}`,
      }))
    },
  }
}
