import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { flavors } from './frameworks.ts'

const root = join(import.meta.dirname, '..', '..')
const canary = 'canary-0123456789abcdef'

let project: string

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'hooks-sync-cdktf-'))
})

afterEach(() => {
  rmSync(project, { recursive: true })
})

/** Copies an example to where it is a project of its own, with the packages it asks for. */
function installExample(flavor: string): void {
  cpSync(join(root, 'examples', flavor), project, { recursive: true })
  mkdirSync(join(project, 'node_modules', '@types'), { recursive: true })
  for (const name of [flavor, 'constructs', 'typescript', 'tsx', '@types/node']) {
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name))
  }
  symlinkSync(root, join(project, 'node_modules', 'hooks-sync'))
}

function run(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  return execFileSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: project,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  })
}

describe.each(flavors)('the example of %s', (flavor) => {
  test('has the types it needs, is synthesized, and holds no secret then', () => {
    installExample(flavor)
    const { targetVersions } = JSON.parse(readFileSync(join(project, 'cdktf.json'), 'utf8')) as Record<string, unknown>
    const context = JSON.stringify(targetVersions === undefined ? {} : { targetVersions })

    const complaints = run('typescript/bin/tsc', ['-p', 'tsconfig.json'])
    run('tsx/dist/cli.mjs', ['main.ts'], {
      CDKTF_CONTEXT_JSON: context,
      SINCH_PROJECT_ID: 'project',
      SINCH_APP_ID: 'app',
      SINCH_KEY_ID: canary,
      SINCH_KEY_SECRET: canary,
      SINCH_SIGNING_SECRET: canary,
      TELLCASEY_API_KEY: canary,
      TF_VAR_signing_secret: canary,
    })

    expect(complaints).toBe('')
    const stacks = readdirSync(join(project, 'cdktf.out/stacks'))
    const made = stacks.map((stack) => readFileSync(join(project, 'cdktf.out/stacks', stack, 'cdk.tf.json'), 'utf8'))
    expect(stacks.toSorted()).toEqual(['webhooks-by-classes', 'webhooks-from-yaml'])
    expect(made.join('\n')).toContain('"casey__conversations"')
    expect(made.join('\n')).toContain('hooks_sinch_eu_inbound_messages_signing_secret')
    expect(made.join('\n')).not.toContain(canary)
  })
})
