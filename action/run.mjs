import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { artifactName, isFork, readCommit, readEvent, readMode, readName, UsageError } from './inputs.mjs'
import { findProgram, run } from './program.mjs'
import { runStep, setOutput } from './runner-files.mjs'

const { env } = process

await runStep(async () => {
  const mode = readMode(env)
  const name = readName(env)
  const event = readEvent(env)
  const workspace = env['GITHUB_WORKSPACE'] ?? process.cwd()
  const directory = resolve(workspace, env['ACTION_DIRECTORY'] ?? '.')
  if (!existsSync(directory)) throw new UsageError(`The working-directory ${directory} does not exist.`)
  const place = mkdtempSync(join(env['RUNNER_TEMP'] ?? tmpdir(), 'hooks-sync-'))
  const files = {
    report: join(place, 'report.md'),
    plan: join(place, 'plan.json'),
    sarif: join(place, 'drift.sarif'),
  }
  const program = await findProgram({ env, directory, isFork: isFork(env, event) })
  const code = await run([...program, ...makeArguments(mode, files)], { cwd: directory })
  setOutput('exit-code', code)
  setOutput('changed', code === 2)
  for (const [output, path] of Object.entries(files)) if (existsSync(path)) setOutput(output, path)
  setOutput('artifact', artifactName(name, readCommit(env, event)))
  // How it ended is told, and counts, once the plan is kept.
  return 0
})

/**
 * Makes the arguments of hooks-sync. Everything else it takes from its own variables, such as HOOKS_SYNC_FILE.
 * @param {import('./inputs.mjs').Mode} mode
 * @param {{ report: string, plan: string, sarif: string }} files
 */
function makeArguments(mode, files) {
  const report = ['--report', `markdown=${files.report}`]
  const saved = env['ACTION_PLAN'] ?? ''
  if (saved !== '' && mode !== 'apply') throw new UsageError("The input plan is for mode 'apply'.")
  switch (mode) {
    case 'plan':
      return ['plan', '--detailed-exitcode', ...report, ...(canSave() ? ['--out', files.plan] : [])]
    case 'apply':
      return ['apply', ...(saved === '' ? [] : [saved]), '--auto-approve', ...report]
    case 'drift':
      return ['drift', ...report, '--report', `sarif=${files.sarif}`]
  }
}

/** A plan that was made without looking cannot be saved, and asking for it would be an error. */
function canSave() {
  return ['HOOKS_SYNC_OFFLINE', 'HOOKS_SYNC_NO_LEDGER'].every((name) => /^(?:|0|false)$/u.test(env[name] ?? ''))
}
