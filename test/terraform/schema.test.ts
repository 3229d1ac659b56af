import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { describeEngines, Workspace } from './workspace.ts'

const root = join(import.meta.dirname, '..', '..')
const examples = join(root, 'examples', 'terraform')

interface SchemaDocument {
  readonly format_version: string
  readonly provider_schemas: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

describeEngines('the schema', (engine) => {
  test('is what the engine prints, as far as it knows of it', async () => {
    const workspace = new Workspace(engine, inject('realProvider'))

    const { stdout, stderr } = await workspace.run('providers', 'schema', '-json')

    expect(stderr).not.toContain('Error')
    const printed = JSON.parse(stdout) as SchemaDocument
    const ours = JSON.parse(
      readFileSync(join(root, 'schemas/terraform-provider.schema.json'), 'utf8'),
    ) as SchemaDocument
    expect(printed.format_version).toBe(ours.format_version)
    const [printedProvider = {}] = Object.values(printed.provider_schemas)
    const [ourProvider = {}] = Object.values(ours.provider_schemas)
    for (const [part, value] of Object.entries(printedProvider))
      expect([part, ourProvider[part]]).toEqual([part, value])
    expect(Object.keys(printedProvider)).toEqual(
      expect.arrayContaining(['provider', 'resource_schemas', 'data_source_schemas']),
    )
  })

  describe('the examples', () => {
    test.for(readdirSync(join(examples, 'resources')))('of %s are valid, and can be imported into', async (name) => {
      const workspace = new Workspace(engine, inject('realProvider'))
      workspace.write('versions.tf', readFileSync(join(examples, 'provider/provider.tf'), 'utf8'))
      workspace.write('resource.tf', readFileSync(join(examples, 'resources', name, 'resource.tf'), 'utf8'))
      workspace.write('import.tf', readFileSync(join(examples, 'resources', name, 'import.tf'), 'utf8'))
      const data = join(examples, 'data-sources', `${name}s`, 'data-source.tf')
      if (name.endsWith('_webhook')) workspace.write('data.tf', readFileSync(data, 'utf8'))

      const { stdout } = await workspace.run('validate', '-json')

      expect(errorsOf(stdout)).toEqual([])
    })

    test('of the sandbox are valid', async () => {
      const workspace = new Workspace(engine, inject('realProvider'))
      workspace.write('versions.tf', readFileSync(join(examples, 'sandbox/main.tf'), 'utf8'))
      workspace.write('variables.tf', readFileSync(join(examples, 'sandbox/variables.tf'), 'utf8'))

      const { stdout } = await workspace.run('validate', '-json')

      expect(errorsOf(stdout)).toEqual([])
    })

    test('are written as the engine would write them', async () => {
      const workspace = new Workspace(engine, inject('realProvider'))

      const { stdout } = await workspace.run('fmt', '-check', '-recursive', '-list=true', examples)

      expect(stdout).toBe('')
    })
  })
})

function errorsOf(stdout: string): readonly unknown[] {
  const { diagnostics } = JSON.parse(stdout) as { readonly diagnostics: readonly { readonly severity: string }[] }
  return diagnostics.filter(({ severity }) => severity === 'error')
}
