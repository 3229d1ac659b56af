import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { codes } from '../src/core/codes.ts'
import { definitions } from '../src/providers/registry.ts'
import { makeJsonSchema } from '../src/schema/json-schema.ts'
import { renderErrorDocs, renderProviderDocs } from '../src/schema/reference-docs.ts'
import { renderTerraformDocs } from '../src/schema/terraform-docs.ts'
import { toTerraformJson } from '../src/schema/terraform-json.ts'
import { terraformSchema } from '../src/schema/terraform-schema.ts'
import { compilePage } from './compile-page.ts'
import { compileProtocol } from './compile-protocol.ts'
import { compileValidators } from './compile-validators.ts'

/** Writes every file that is derived from declarations; `--check` only names those that would change. */
async function main(): Promise<void> {
  const root = join(import.meta.dirname, '..')
  const files = await generatedFiles(root)
  const stale = Object.keys(files).filter((name) => readIfThere(join(root, name)) !== files[name])
  if (process.argv.includes('--check')) return report(stale)
  for (const name of stale) write(join(root, name), files[name] ?? '')
}

async function generatedFiles(root: string): Promise<Readonly<Record<string, string>>> {
  const pages = definitions.map((definition) => {
    const traps = existsSync(join(root, `docs/providers/${definition.type}-traps.md`))
    return [`docs/providers/${definition.type}.md`, renderProviderDocs(definition, { traps })] as const
  })
  const terraform = terraformSchema(definitions)
  const registryPages = renderTerraformDocs(terraform, (path) => readIfThere(join(root, 'examples/terraform', path)))
  return {
    'schemas/webhooks.schema.json': `${JSON.stringify(makeJsonSchema(definitions), undefined, 2)}\n`,
    'schemas/terraform-provider.schema.json': `${JSON.stringify(toTerraformJson(terraform), undefined, 2)}\n`,
    'src/schema/generated/validators.ts': await compileValidators(definitions),
    'src/terraform/protocol/generated/messages.ts': compileProtocol(root),
    'src/report/generated/page-assets.ts': await compilePage(),
    'docs/errors.md': renderErrorDocs(codes),
    ...Object.fromEntries(pages),
    ...Object.fromEntries(Object.entries(registryPages).map(([path, text]) => [`docs/${path}`, text])),
  }
}

function report(stale: readonly string[]): void {
  if (stale.length === 0) return
  console.error(`Not as generated: ${stale.join(', ')}. Run npm run generate.`)
  process.exitCode = 1
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

await main()
