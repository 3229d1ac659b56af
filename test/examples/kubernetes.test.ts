import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { commandFaults } from '../docs/command-faults.ts'
import { openWorld } from '../sync/open-world.ts'

const root = join(import.meta.dirname, '..', '..')
const directory = join(root, 'examples', 'kubernetes')
const files = readdirSync(directory)

interface Container {
  readonly args: readonly string[]
  readonly command?: readonly string[]
  readonly ports?: readonly { readonly containerPort: number }[]
  readonly livenessProbe?: { readonly httpGet: { readonly path: string } }
  readonly readinessProbe?: { readonly httpGet: { readonly path: string } }
}

interface PodSpec {
  readonly securityContext: { readonly runAsNonRoot: boolean }
  readonly containers: readonly Container[]
}

type Manifest = Readonly<Record<string, unknown>> & { readonly kind: string; readonly data?: Record<string, string> }

test.each(files)('%s runs commands that exist, with flags they take, and not as root', (file) => {
  const pods = readManifests(file).flatMap(podsOf)
  const commands = pods.flatMap(({ containers }) => containers.map(commandOf))

  expect(commandFaults(commands.map((command) => `\`\`\`\n${command}\n\`\`\``).join('\n'))).toEqual([])
  expect(pods.every(({ securityContext }) => securityContext.runAsNonRoot)).toBe(true)
  expect(commands).toHaveLength(file === 'config.yaml' ? 0 : file === 'indexed-job.yaml' ? 2 : 1)
})

test('the service is probed and scraped where it answers', () => {
  const [pod] = readManifests('deployment.yaml').flatMap(podsOf)
  const [container] = pod?.containers ?? []

  expect(container).toMatchObject({
    args: expect.arrayContaining(['--watch', '--metrics', ':9464']),
    ports: [{ containerPort: 9464 }],
    livenessProbe: { httpGet: { path: '/healthz' } },
    readinessProbe: { httpGet: { path: '/readyz' } },
  })
})

test('the pods of the Indexed Job are as many as there are shards', () => {
  const [job] = readManifests('indexed-job.yaml')
  const [pod] = job === undefined ? [] : podsOf(job)

  expect(job?.['spec']).toMatchObject({ completionMode: 'Indexed', completions: 16 })
  expect(pod?.containers[0]?.args.join(' ')).toContain('--shard auto/16')
})

test('the declarations they mount can be planned', async () => {
  const [config] = readManifests('config.yaml')
  const world = await openWorld({ vendors: ['tellcasey'] })
  const { baseUrl } = world.sandbox.vendors.tellcasey
  const text = (config?.data?.['webhooks.yaml'] ?? '').replace(
    'type: tellcasey',
    `type: tellcasey\n    base_url: ${baseUrl}`,
  )
  await world.write('webhooks.yaml', text)

  const { accounts, diagnostics } = await world.plan({
    ledger: false,
    env: { TELLCASEY_API_KEY: world.sandbox.vendors.tellcasey.credentials['api_key'] },
  })
  await world.close()

  expect(diagnostics).toEqual([])
  expect(accounts.flatMap(({ actions }) => actions.map(({ kind }) => kind))).toEqual(['create'])
})

describe('docs/running-as-a-service.md', () => {
  const text = readFileSync(join(root, 'docs', 'running-as-a-service.md'), 'utf8')
  const served = readFileSync(join(root, 'test', 'watch', 'metrics.txt'), 'utf8')

  test('names the metrics there are, and no other', () => {
    const names = (source: string): readonly string[] =>
      [
        ...new Set([...source.matchAll(/hooks_sync_[a-z_]+/gu)].map(([name]) => name.replace(/_(?:sum|count)$/u, ''))),
      ].toSorted()

    expect(names(text)).toEqual(names(served))
  })
})

function readManifests(file: string): readonly Manifest[] {
  const documents = parseAllDocuments(readFileSync(join(directory, file), 'utf8'))
  if (!Array.isArray(documents)) return []
  return documents.map((document) => {
    if (document.errors.length > 0) throw document.errors[0]
    return document.toJS() as Manifest
  })
}

function podsOf(manifest: Manifest): readonly PodSpec[] {
  const spec = manifest['spec'] as { readonly template?: { readonly spec: PodSpec } } | undefined
  const job = spec as
    | { readonly jobTemplate?: { readonly spec: { readonly template: { readonly spec: PodSpec } } } }
    | undefined
  const pod = spec?.template?.spec ?? job?.jobTemplate?.spec.template.spec
  return pod === undefined ? [] : [pod]
}

/** A container without a command of its own runs hooks-sync. */
function commandOf({ command, args }: Container): string {
  return command === undefined ? `hooks-sync ${args.join(' ')}` : args.join(' ')
}
