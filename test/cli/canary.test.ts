import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canary, fillVault, makeProject, type Project } from './make-project.ts'

/** The secret and the forms in which it might travel unnoticed. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  return [
    secret,
    bytes.toString('base64').replace(/=+$/u, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    encodeURIComponent(secret),
    Array.from(secret).toReversed().join(''),
  ]
}

function secretsOf({ sandbox, env }: Project): readonly string[] {
  const made = sandbox.vendors.tellcasey.webhooks.all().map(({ secret }) => secret)
  return [canary, env['SINCH_KEY_SECRET'] ?? '', env['TELLCASEY_API_KEY'] ?? '', ...made]
}

/** Everything in the directory but the vault, which is there to hold secrets. */
async function readAllFiles({ directory }: Project): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'secrets.age')
  const texts = await Promise.all(
    files.map(async (entry) => [entry.name, await readFile(join(entry.parentPath, entry.name), 'latin1')] as const),
  )
  return new Map(texts)
}

test('no secret is seen in any output or file of a whole life, faults that repeat it included', async () => {
  const project = await makeProject()
  await fillVault(project)
  const { sinch, tellcasey } = project.sandbox.vendors
  const echo = { error: { message: `the key ${canary} of ${project.env['TELLCASEY_API_KEY']} is wrong` } }
  const ran = []

  ran.push(
    await project.run('plan', '--verbose', '--out', 'plan.json', '--report', 'json=a.json', '--report', 'text=a.txt'),
  )
  sinch.fault({ kind: 'status', status: 400, body: echo, match: { method: 'POST', pathIncludes: 'webhooks' } })
  tellcasey.fault({ kind: 'html', status: 502, match: { method: 'POST' }, commit: true })
  ran.push(
    await project.run('apply', '--auto-approve', '--verbose', '--report', 'markdown=b.md', '--report', 'json=b.json'),
  )
  tellcasey.fault({ kind: 'status', status: 403, body: echo, times: 9 })
  ran.push(await project.run('plan', '--verbose', '--json'))
  tellcasey.clearFaults()
  ran.push(await project.run('apply', '--auto-approve', '--json', '--verbose'))
  ran.push(await project.run('drift', '--json', '--report', 'markdown=c.md'))
  ran.push(await project.run('ledger', 'list', '--json'), await project.run('secrets', 'list'))
  ran.push(await project.run('validate', '--json'), await project.run('plan', '--offline', '--verbose'))

  expect(ran.map(({ code }) => code)).toEqual([0, 3, 1, 0, 0, 0, 0, 0, 0])
  expect(ran[1]?.stderr).toContain('the key [secret] of [secret] is wrong')
  const files = await readAllFiles(project)
  expect([...files.keys()]).toEqual(expect.arrayContaining(['plan.json', 'ledger.json', 'b.md', 'b.json', 'c.md']))
  const texts = [...ran.flatMap(({ stdout, stderr }) => [stdout, stderr]), ...files.values()]
  const forms = secretsOf(project).flatMap(formsOf)
  expect(forms.length).toBeGreaterThanOrEqual(24)
  for (const form of forms) expect(texts.filter((text) => text.includes(form))).toEqual([])
})
