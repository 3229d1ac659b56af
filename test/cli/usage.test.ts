import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { commandTable } from '../../src/cli/command-table.ts'
import { readLines, runProgram } from './run-program.ts'

const cwd = tmpdir()

const commands = commandTable.flatMap(({ name, commands: inner = [] }) => [
  [name],
  ...inner.map((one) => [name, one.name]),
])

test.each(commands.map((words) => [words]))('%s has help with examples', async (words) => {
  const { code, stdout, stderr } = await runProgram([...words, '--help'], { cwd })

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain(`Usage: hooks-sync ${words.join(' ')}`)
  if (!stdout.includes('Commands:')) expect(stdout).toMatch(/Examples:\n {2}.*hooks-sync/u)
})

test('without a command the help is shown, and the exit code says that none was given', async () => {
  const { code, stderr } = await runProgram([], { cwd })

  expect(code).toBe(1)
  expect(stderr).toContain('Usage: hooks-sync')
})

test.each([
  [['plam'], "Unknown command 'plam'.", 'Did you mean plan?'],
  [['plan', '--taget', 'a/*'], "Unknown option '--taget'.", 'Did you mean --target?'],
  [['ledger', 'mw'], "Unknown command 'mw'.", 'Did you mean mv?'],
  [['plan', '--parallelism', 'many'], '--parallelism takes a whole number', ''],
  [['plan', '--shard', '3/2'], '--shard takes a whole number from 1 to 2', ''],
  [['plan', '--max-deletes', '120%'], '--max-deletes takes a whole number from 0 to 100', ''],
  [['plan', '--report', 'pdf=a.pdf'], 'is none that can be written', 'The formats are text, json, markdown, html.'],
  [['plan', '--report', 'text=-', '--json'], '--json and a report to stdout cannot go together.', ''],
  [['plan', '--report', 'text=-', '--report', 'json=-'], 'Only one report can go to stdout.', ''],
  [['plan', '--report', 'text=/nowhere/at/all.txt'], 'The report /nowhere/at/all.txt cannot be written (ENOENT)', ''],
  [['plan', '--report', 'text=.'], 'The report . cannot be written (EISDIR)', ''],
  [['plan', '--report', 'html=a', '--report', 'text=./a'], './a cannot hold a report and something else.', ''],
  [['drift', '--history', 'a.jsonl', '--report', 'json=a.jsonl'], 'cannot hold a report and something else.', ''],
  [['plan', '--report', 'json=webhooks.yaml'], 'could take the place of declarations.', ''],
  [['drift', '--fail-on', 'mising'], '--fail-on does not know the class "mising".', 'The classes are missing,'],
  [['plan', '--var', 'secret'], '--var takes name=value.', ''],
  [['plan', '--out', 'plan.json', '--offline'], 'A plan made with --offline cannot be saved.', ''],
  [['plan', '--out', 'plan.json', '--no-ledger'], 'A plan made with --no-ledger cannot be saved.', ''],
  [['apply', '--offline'], 'apply cannot work offline.', 'hooks-sync plan --offline'],
  [['drift', '--offline'], 'drift cannot work offline.', ''],
  [['apply', 'no-such.json'], 'The plan file no-such.json cannot be read (ENOENT)', 'plan --out plan.json'],
  [['providers', 'nobody'], 'There is no vendor of the type "nobody".', 'The types are'],
  [['completion', 'tcsh'], 'There is no completion for "tcsh".', 'bash, zsh, fish'],
  [['sandbox', '--vendors', 'nobody'], 'The sandbox has no vendor "nobody".', 'It has'],
  [['secrets', 'get', 'ref+age://a.age#/b'], 'it needs --reveal', ''],
])('%j is refused with what is wrong and what to do', async (args, message, hint) => {
  const { code, stdout, stderr } = await runProgram(args, { cwd })

  expect(code).toBe(1)
  expect(stderr).toContain(message)
  expect(stderr).toContain(hint)
  expect(stderr).not.toMatch(/\n\s+at /u)
  if (!args.includes('--json')) expect(stdout).toBe('')
})

test.each([
  ['plan', ['plan', '--json', '--taget']],
  ['plan', ['plan', '--taget', '--json']],
  ['drift', ['drift', '--json', 'too', 'many']],
  ['validate', ['validate', '--json', '--var']],
  ['ledger list', ['ledger', 'list', '--json', '--nothing']],
])('with --json a wrong use of %s is told as JSON too', async (command, args) => {
  const { code, stdout, stderr } = await runProgram(args, { cwd })

  expect(code).toBe(1)
  expect(stderr).toContain('HS6001')
  expect(JSON.parse(stdout)).toMatchObject({
    format_version: '1.0',
    command,
    diagnostics: [{ code: 'HS6001', severity: 'error' }],
  })
})

test('with --json a wrong use of apply ends with a summary line', async () => {
  const { code, stdout } = await runProgram(['apply', '--json', '--nothing'], { cwd })

  expect(code).toBe(1)
  expect(readLines(stdout)).toMatchObject([
    { type: 'diagnostic', code: 'HS6001' },
    { type: 'summary', exit_code: 1 },
  ])
})

test('what follows a "=" in a mistyped flag is not repeated: it may be a secret', async () => {
  const { stdout, stderr } = await runProgram(['plan', '--tokn=hunter2hunter2', '--json'], { cwd })

  expect(stderr).toContain("'--tokn'")
  expect(stdout + stderr).not.toContain('hunter2')
})

test('a secret on the command line is refused with the reason, and not repeated', async () => {
  const args = ['secrets', 'set', 'ref+age://a.age#/b', 'hunter2hunter2']
  const { code, stdout, stderr } = await runProgram(args, { cwd })

  expect(code).toBe(1)
  expect(stderr).toContain('The secret itself is not taken from the command line')
  expect(stdout + stderr).not.toContain('hunter2')
})
