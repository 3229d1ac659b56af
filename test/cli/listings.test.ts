import { execFileSync, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandTable } from '../../src/cli/command-table.ts'
import { renderCompletion, shells } from '../../src/cli/completion.ts'
import { definitions } from '../../src/providers/registry.ts'
import { makeProject } from './make-project.ts'
import { runProgram } from './run-program.ts'

const cwd = tmpdir()

test('prints the very schema that the package holds', async () => {
  const { code, stdout } = await runProgram(['schema'], { cwd })

  expect(code).toBe(0)
  const committed = await readFile(join(import.meta.dirname, '../../schemas/webhooks.schema.json'), 'utf8')
  expect(JSON.parse(stdout)).toEqual(JSON.parse(committed))
})

test('lists the vendors, a line each', async () => {
  const { stdout } = await runProgram(['providers'], { cwd })

  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]),
  ).toEqual(definitions.map(({ type }) => type))
})

test.each(definitions.map((definition) => [definition.type, definition] as const))(
  'tells the fields and events of %s',
  async (type, { fields, auth }) => {
    const text = await runProgram(['providers', type], { cwd })
    const events = await runProgram(['providers', type, '--events'], { cwd })
    const json = await runProgram(['providers', type, '--json'], { cwd })

    for (const name of [...Object.keys(fields), ...Object.keys(auth)])
      expect(text.stdout).toMatch(new RegExp(`^ +${name} `, 'mu'))
    const [provider] = JSON.parse(json.stdout).providers
    expect(provider).toMatchObject({ type, fields: Object.keys(fields).map((name) => ({ name })) })
    expect(events.stdout.trimEnd().split('\n')).toEqual(provider.events)
    expect(provider.events.length).toBeGreaterThan(2)
  },
)

/** What bash offers after some words. */
function complete(...words: readonly string[]): readonly string[] {
  const script = `${renderCompletion('bash')}
COMP_WORDS=(hooks-sync ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
_hooks_sync; printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n')
}

test('bash completes commands, commands of groups, and flags', () => {
  expect(complete('')).toEqual(commandTable.map(({ name }) => name))
  expect(complete('ledger', '')).toEqual(['list', 'rm', 'mv', 'copy', 'unlock'])
  expect(complete('plan', '--allow-g')).toEqual(['--allow-gap'])
  expect(complete('plan', '--target', 'a/*', '--detailed')).toEqual(['--detailed-exitcode'])
  expect(complete('secrets', 'get', '--rev')).toEqual(['--reveal'])
  expect(complete('completion', 'z')).toEqual(['zsh'])
})

test.each(shells.map((shell) => [shell]))('the completion script of %s is one that the shell reads', (shell) => {
  const { error, status, stderr } = spawnSync(shell, ['-n'], { input: renderCompletion(shell), encoding: 'utf8' })

  // Not every machine has every shell.
  if (error === undefined) expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  else expect(renderCompletion(shell)).toContain('hooks-sync')
})

test('what the sandbox prints can be pasted, and with --verbose it tells each request', async () => {
  const project = await makeProject()
  const { child, ended } = project.start('sandbox', '--vendors', 'tellcasey', '--verbose')
  const told = await nextText(child.stdout, 'TELLCASEY_API_KEY=')
  const env = execFileSync('bash', ['-c', `${told}\nprintf '%s %s' "$TELLCASEY_BASE_URL" "$TELLCASEY_API_KEY"`], {
    encoding: 'utf8',
  })
  const [url = '', key = ''] = env.split(' ')

  const answer = await fetch(`${url}/webhooks`, { headers: { authorization: `Bearer ${key}` } })
  const logged = await nextText(child.stderr, 'GET')
  child.kill('SIGTERM')
  const { code } = await ended

  expect(answer.status).toBe(200)
  expect(logged).toContain('tellcasey  GET /v1/backend/webhooks  200  0 live')
  expect(code).toBe(0)
})

async function nextText(stream: NodeJS.ReadableStream, part: string): Promise<string> {
  let seen = ''
  await new Promise<void>((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      seen += chunk.toString()
      if (seen.includes(part)) resolve()
    })
  })
  return seen
}
