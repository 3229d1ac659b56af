// Makes what CDKTF and CDK Terrain programs import: classes generated from the provider's schema, and the construct that
// reads a webhooks.yaml, once for each framework. CommonJS, because programs for these frameworks are.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = resolve(root, process.argv[2] ?? 'dist')
const require = createRequire(import.meta.url)

const generators = {
  cdktf: '@cdktf/provider-generator/lib/get/generator/provider-generator',
  cdktn: '@cdktn/provider-generator/build/get/generator/provider-generator',
}

/** Vendors' wire formats are loaded by whoever calls a vendor, which is nobody here. */
const leaveLazyImports = {
  name: 'leave-lazy-imports',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    )
  },
}

// The generators look for an engine and for news of it when they are loaded; neither is needed.
process.env.CHECKPOINT_DISABLE = '1'
process.env.PATH = ''

const { version } = readJson('package.json')
const schema = readJson('schemas/terraform-provider.schema.json')
const resources = Object.keys(Object.values(schema.provider_schemas)[0].resource_schemas)

mkdirSync(join(root, 'node_modules/.cache'), { recursive: true })
// Within the project, so that the packages the sources import are found.
const work = mkdtempSync(join(root, 'node_modules/.cache/bindings-'))
markCommonJs(work)
try {
  const sources = join(work, 'src')
  for (const [flavor, generator] of Object.entries(generators)) {
    await generate(flavor, generator, join(sources, flavor))
    addConstruct(flavor, join(sources, flavor))
  }
  addModelTypes(join(sources, 'webhook-model'))
  compile(sources, join(work, 'out'))
  await shrink(join(work, 'out'))
  for (const flavor of Object.keys(generators)) {
    rmSync(join(dist, flavor), { recursive: true, force: true })
    cpSync(join(work, 'out', flavor), join(dist, flavor), { recursive: true })
    markCommonJs(join(dist, flavor))
  }
  await bundleModel()
  markCommonJs(join(dist, 'webhook-model'))
} finally {
  rmSync(work, { recursive: true })
}

async function generate(flavor, generator, directory) {
  const { TerraformProviderGenerator } = require(generator)
  const { ConstructsMakerProviderTarget, Language, TerraformProviderConstraint } = require(`@${flavor}/commons`)
  const { CodeMaker } = require('codemaker')
  const made = new TerraformProviderGenerator(new CodeMaker(), schema)
  // Without the version in the schema the classes ask for what is compatible, not for this very one.
  const constraint = new TerraformProviderConstraint({
    name: 'hooks',
    source: 'hooks-sync/hooks',
    version: `~> ${version}`,
  })
  made.generate(new ConstructsMakerProviderTarget(constraint, Language.TYPESCRIPT))
  await made.save(`${directory}.made`)
  cpSync(`${directory}.made/providers/hooks`, directory, { recursive: true })
  rmSync(`${directory}.made`, { recursive: true })
  // Its classes load when they are asked for, but no ESM program could name them.
  rmSync(join(directory, 'lazy-index.ts'))
}

function addConstruct(flavor, directory) {
  const source = readFileSync(join(root, 'src/cdktf/flavor/webhooks-from-yaml.ts'), 'utf8')
  const folder = join(directory, 'webhooks-from-yaml')
  mkdirSync(folder)
  writeFileSync(join(folder, 'index.ts'), source.replace("from 'cdktf'", `from '${flavor}'`))
  writeFileSync(join(folder, 'resource-classes.ts'), classTables())
  const folders = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const names = folders.map(({ name }) => name).toSorted()
  const lines = names.flatMap((name) => [
    `export * from './${name}/index'`,
    `export * as ${camelCase(name)} from './${name}/index'`,
  ])
  writeFileSync(join(directory, 'index.ts'), `${lines.join('\n')}\n`)
}

function classTables() {
  const rows = resources.map((name) => {
    const [, type, kind] = name.split('_')
    return { type, kind, folder: `${type}-${kind}`, className: pascalCase(`${type}-${kind}`) }
  })
  const table = (wanted) =>
    rows.flatMap(({ type, kind, className }) => (kind === wanted ? [`${type}: ${className}`] : [])).join(', ')
  return [
    ...rows.map(({ folder, className }) => `import { ${className} } from '../${folder}'`),
    '/** The class of each vendor. */',
    `export const webhookClasses = { ${table('webhook')} } as const`,
    '/** What all webhooks of an account share, of each vendor that has such values. */',
    `export const accountClasses = { ${table('account')} } as const`,
    '',
  ].join('\n')
}

function addModelTypes(directory) {
  mkdirSync(directory)
  const types = readFileSync(join(root, 'src/cdktf/webhook-model.ts'), 'utf8')
  writeFileSync(join(directory, 'index.d.ts'), `${types}\nexport declare const readWebhookModel: ReadWebhookModel\n`)
}

function compile(sources, out) {
  const config = join(work, 'tsconfig.json')
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022', 'es2023.array'],
    module: 'commonjs',
    moduleResolution: 'bundler',
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    declaration: true,
    rootDir: sources,
    outDir: out,
  }
  writeFileSync(config, JSON.stringify({ compilerOptions, include: [sources], exclude: [] }))
  const done = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], {
    encoding: 'utf8',
  })
  if (done.status !== 0) throw new Error(`The bindings do not compile:\n${done.stdout}${done.stderr}`)
}

/** The explanations stay in the declarations, where editors look for them. */
async function shrink(directory) {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.js'))
  for (const file of files) {
    const path = join(directory, file)
    const { code } = await transform(readFileSync(path, 'utf8'), { minifyWhitespace: true, legalComments: 'none' })
    writeFileSync(path, code)
  }
}

/** What reads the files is one module without any framework, for both of them. */
async function bundleModel() {
  const here = '__moduleUrl'
  await build({
    stdin: {
      contents: "export { readWebhookModel } from './src/cdktf/read-model.ts'",
      resolveDir: root,
      sourcefile: 'webhook-model.ts',
    },
    outfile: join(dist, 'webhook-model/index.js'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    define: { 'import.meta.url': here },
    banner: { js: `const ${here}=require('node:url').pathToFileURL(__filename).href;` },
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [leaveLazyImports],
  })
}

function markCommonJs(directory) {
  writeFileSync(join(directory, 'package.json'), '{ "type": "commonjs" }\n')
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}

function camelCase(name) {
  return name.replaceAll(/-(\w)/gu, (_found, letter) => letter.toUpperCase())
}

function pascalCase(name) {
  const camel = camelCase(name)
  return `${camel.charAt(0).toUpperCase()}${camel.slice(1)}`
}
