import { spawn } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readAction, root } from './action-file.ts'
import { type Contexts, evaluate, interpolate } from './expressions.ts'

/** One use of the action in a job. */
export interface Use {
  readonly inputs: Readonly<Record<string, string>>
  /** Directory of the checkout. */
  readonly workspace: string
  /** Variables of the job, secrets among them. */
  readonly env: Readonly<Record<string, string>>
  readonly event: { readonly name: string; readonly payload: object; readonly sha: string; readonly ref: string }
  readonly apiUrl: string
  /** Where everything is that the runner makes. */
  readonly place: string
}

/** What came of it. */
export interface UsedAction {
  /** Exit code of the step that ended the job, 0 when all went well. */
  readonly code: number
  readonly log: string
  readonly summary: string
  readonly outputs: Readonly<Record<string, string>>
  /** Files that were uploaded, by the name of the artifact. */
  readonly artifacts: Readonly<Record<string, string>>
}

/** Runs the steps of action.yml one after the other, as the runner of GitHub does. */
export async function useAction(use: Use): Promise<UsedAction> {
  const action = readAction()
  const runner = await openRunner(use)
  const defaults = Object.entries(action.inputs).map(([name, { default: text = '' }]) => [
    name,
    interpolate(text, { github: { token: 'job-token' } }),
  ])
  const inputs = { ...Object.fromEntries(defaults), ...use.inputs } as Readonly<Record<string, string>>
  const steps: Record<string, Contexts> = {}
  const artifacts: Record<string, string> = {}
  const contexts: Contexts = { inputs, steps }
  let [code, log] = [0, '']
  for (const step of action.runs.steps) {
    if (code !== 0) break
    if (step.if !== undefined && evaluate(step.if, contexts) !== 'true') continue
    const filled = (texts: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
      Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, interpolate(text, contexts)]))
    if (step.uses !== undefined) {
      const { name = '', path = '' } = filled(step.with)
      artifacts[name] = await runner.keep(path)
      continue
    }
    const ran = await runner.run(step.run ?? '', filled(step.env))
    code = ran.code
    log += ran.log
    if (step.id !== undefined) steps[step.id] = { outputs: ran.outputs }
  }
  const outputs = Object.entries(action.outputs).map(([name, { value }]) => [name, interpolate(value, contexts)])
  return { code, log, summary: await runner.summary(), outputs: Object.fromEntries(outputs), artifacts }
}

interface Runner {
  run(
    script: string,
    env: Readonly<Record<string, string>>,
  ): Promise<{ readonly code: number; readonly log: string; readonly outputs: Readonly<Record<string, string>> }>
  keep(path: string): Promise<string>
  summary(): Promise<string>
}

async function openRunner({ workspace, env, event, apiUrl, place }: Use): Promise<Runner> {
  const temp = await mkdtemp(join(place, 'runner-'))
  const [payload, summary] = [join(temp, 'event.json'), join(temp, 'summary.md')]
  await writeFile(payload, JSON.stringify(event.payload))
  await writeFile(summary, '')
  await mkdir(join(temp, 'artifacts'))
  const job = {
    PATH: process.env['PATH'] ?? '',
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION_PATH: root,
    GITHUB_API_URL: apiUrl,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'acme/webhooks',
    GITHUB_RUN_ID: '4242',
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: payload,
    GITHUB_SHA: event.sha,
    GITHUB_REF: event.ref,
    GITHUB_WORKSPACE: workspace,
    GITHUB_STEP_SUMMARY: summary,
    RUNNER_TEMP: temp,
    ...env,
  }
  let count = 0
  return {
    run: async (script, stepEnv) => {
      count += 1
      const output = join(temp, `output-${count}`)
      await writeFile(output, '')
      const ran = await runBash(script, workspace, { ...job, ...stepEnv, GITHUB_OUTPUT: output })
      return { ...ran, outputs: readOutputs(await readFile(output, 'utf8')) }
    },
    keep: async (path) => {
      count += 1
      const kept = join(temp, 'artifacts', String(count))
      await copyFile(path, kept)
      return kept
    },
    summary: () => readFile(summary, 'utf8'),
  }
}

function runBash(
  script: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly log: string }> {
  // What the runner makes of "shell: bash".
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], { cwd, env })
  const parts: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => parts.push(part))
  child.stderr.on('data', (part: Buffer) => parts.push(part))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, log: Buffer.concat(parts).toString('utf8') }))
  })
}

function readOutputs(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').filter((line) => line !== '')
  return Object.fromEntries(lines.map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]))
}
