import { spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeProject, type Project } from '../cli/make-project.ts'
import { mainFile } from '../cli/run-program.ts'

/** A project in which commands of guides run as they stand there. */
export interface GuideWorld {
  readonly project: Project
  run(commands: string): Promise<GuideRun>
}

export interface GuideRun {
  readonly stdout: string
  readonly stderr: string
  /** Exit codes of the calls of hooks-sync. */
  readonly codes: readonly number[]
}

/** Answers that a person would type, by the end of the reference they are for; anything will do as a value. */
const program = `#!/bin/bash
# What somebody would type is piped in, and questions are answered with yes.
if [ "$1 $2" = "secrets set" ] && [ ! -p /dev/stdin ]; then
  case "$3" in
    */key_id) answer=$SINCH_KEY_ID ;;
    */key_secret) answer=$SINCH_KEY_SECRET ;;
    *) answer=typed ;;
  esac
  printf %s "$answer" | "$NODE" "$MAIN" "$@"
else
  "$NODE" "$MAIN" "$@"
fi
code=$?
echo "$code" >> "$CODES"
exit "$code"
`

const npx = `#!/bin/bash
exec "$@"
`

/** Makes the world: a project with stand-ins of its vendors, and hooks-sync on the path. */
export async function makeGuideWorld(): Promise<GuideWorld> {
  const project = await makeProject()
  const place = dirname(project.directory)
  const [bin, codes] = [join(place, 'bin'), join(place, 'codes')]
  await mkdir(bin)
  await writeFile(codes, '')
  await writeFile(join(bin, 'hooks-sync'), program, { mode: 0o755 })
  await writeFile(join(bin, 'npx'), npx, { mode: 0o755 })
  const env = {
    ...project.env,
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    NODE: process.execPath,
    MAIN: mainFile,
    CODES: codes,
    HOOKS_SYNC_AUTO_APPROVE: '1',
    // As in a pod of Kubernetes.
    JOB_COMPLETION_INDEX: '0',
  }
  return {
    project,
    run: async (commands) => {
      await writeFile(codes, '')
      const ran = await runShell(commands, project.directory, env)
      const told = (await readFile(codes, 'utf8')).split('\n').filter((line) => line !== '')
      return { ...ran, codes: told.map(Number) }
    },
  }
}

function runShell(
  commands: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Omit<GuideRun, 'codes'>> {
  const child = spawn('bash', ['-c', commands], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', (part: Buffer) => stdout.push(part))
  child.stderr.on('data', (part: Buffer) => stderr.push(part))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () =>
      resolve({ stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') }),
    )
  })
}
