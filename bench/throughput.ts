import { measureCli } from './child.ts'
import { inProject } from './project.ts'
import { atMost, exactly, type Measured, type Row, shown } from './row.ts'
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts'

const rate = 50
const webhooks = 300

interface LoggedRequest {
  readonly status: number
}

/** An apply against a vendor that answers 429 above a rate which the file states. */
export const throughput: Row = {
  name: 'throughput',
  title: `Apply of ${webhooks} new webhooks at ${rate} requests/s, as configured`,
  measure: async () => {
    const sandbox = await startSandboxProcess({
      options: { vendors: ['tellcasey'], switches: { tellcasey: { rate_per_second: rate } } },
      webhooks: {},
    })
    try {
      return await inProject({ 'webhooks.yaml': projectYaml(sandbox.url) }, (cwd) => measureApply(sandbox, cwd))
    } finally {
      await sandbox.stop()
    }
  },
}

async function measureApply(sandbox: SandboxProcess, cwd: string): Promise<readonly Measured[]> {
  const { credentials } = (await sandbox.control('tellcasey')) as { readonly credentials: { readonly api_key: string } }
  const env = { CASEY_API_KEY: credentials.api_key }
  const { wallMs } = await measureCli(['apply', '--auto-approve'], { cwd, env })
  const log = (await sandbox.control('tellcasey/log')) as readonly LoggedRequest[]
  const { live } = (await sandbox.control('tellcasey')) as { readonly live: number }
  const ideal = log.length / rate
  return [
    exactly('webhooks afterwards', live, webhooks),
    shown('requests', log.length, ''),
    shown('429s', log.filter(({ status }) => status === 429).length, ''),
    atMost(`wall time ÷ (requests ÷ ${rate})`, wallMs / 1_000 / ideal, 1.15, '×'),
  ]
}

function projectYaml(url: string): string {
  const declared = Array.from(
    { length: webhooks },
    (_, index) => `      receiver-${index}: { url: "https://hooks.example.com/${index}" }`,
  )
  return `version: 1
providers:
  casey:
    type: tellcasey
    base_url: ${url}/tellcasey/v1/backend
    rate_limit: ${rate}
    auth: { api_key: ref+env://CASEY_API_KEY }
    webhooks:
${declared.join('\n')}
`
}
