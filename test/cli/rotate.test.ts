import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { canary, fillVault, makeProject, type Project } from './make-project.ts'
import { readLines } from './run-program.ts'

describe('hooks-sync rotate', () => {
  test('asks first, tells each step and what receivers must accept, and no secret', async () => {
    const project = await anAppliedProject()

    const dry = await project.run('rotate', 'chat/inbound', '--dry-run')
    const unasked = await project.run('rotate', 'chat/inbound')
    const rotated = await project.run('rotate', 'chat/inbound', '--auto-approve')
    const secret = (
      await project.run('secrets', 'get', 'ref+age://secrets.age#/sinch/inbound', '--reveal')
    ).stdout.trim()

    expect(dry).toMatchObject({ code: 0, stderr: '' })
    expect(dry.stdout).toBe(steps)
    expect(unasked).toMatchObject({ code: 1, stdout: steps })
    expect(unasked.stderr).toContain('hint: Run: hooks-sync rotate chat/inbound --auto-approve\n')
    expect(rotated.code).toBe(0)
    expect(rotated.stdout).toMatch(/\nRotated: 1 secret, 0 retired, 0 too young, 0 failed in \d+\.\ds\.\n$/u)
    expect(rotated.stderr.replaceAll(/\d{4}-\S+Z/gu, 'TIME').replace(/\([0-9A-Z]{26}\)/u, '(ID)')).toBe(progress)
    expect(project.sandbox.vendors.sinch.webhooks.all()[0]?.secret).toBe(secret)
    for (const told of [dry, unasked, rotated].flatMap(({ stdout, stderr }) => [stdout, stderr])) {
      expect(told).not.toContain(secret)
      expect(told).not.toContain(canary)
    }
  })

  test('tells what its guide shows', async () => {
    const guide = await readFile(join(import.meta.dirname, '../../docs/rotate.md'), 'utf8')

    expect(guide).toContain(`\`\`\`\n${steps.trimEnd()}\n\`\`\`\n`)
    expect(guide).toContain(`\`\`\`\n${progress}\`\`\`\n`)
  })

  test('goes on after a kill while the vendor is changing the secret', async () => {
    const project = await anAppliedProject()
    const { sinch } = project.sandbox.vendors
    sinch.clearLog()
    sinch.fault({ kind: 'timeout', commit: true, match: { method: 'PATCH' } })

    const { child, ended } = project.start('rotate', 'chat/inbound', '--auto-approve')
    while (!sinch.log.some(({ status }) => status === 0)) await new Promise((resolve) => setTimeout(resolve, 5))
    child.kill('SIGKILL')
    await ended
    sinch.clearFaults()
    const planned = await project.run('plan')
    const resumed = await project.run('rotate', '--resume', '--auto-approve')
    const secret = (await project.run('secrets', 'get', at, '--reveal')).stdout.trim()

    expect(planned.stdout).toContain('No changes.')
    expect(planned.stderr).toContain('chat/inbound  warning HS3024  signing_secret is being rotated')
    expect(resumed.code).toBe(0)
    expect(sinch.webhooks.all()[0]?.secret).toBe(secret)
    expect(secret).not.toBe(canary)
  })

  test('writes JSON Lines, the last of them with the exit code', async () => {
    const project = await anAppliedProject()

    const { code, stdout } = await project.run('rotate', '*', '--json', '--auto-approve', '--overlap', '30m')
    const resumed = await project.run('rotate', '--resume', '--json')

    const lines = readLines(stdout)
    expect(code).toBe(0)
    expect(lines.map(({ type, step }) => step ?? type)).toEqual(
      expect.arrayContaining(['plan', 'staged', 'action_done', 'sent', 'verified', 'promoted', 'summary']),
    )
    expect(lines.at(-1)).toMatchObject({
      type: 'summary',
      counts: { rotated: 2, retired: 0, young: 0, failed: 0 },
      exit_code: 0,
    })
    expect(resumed.code).toBe(0)
    expect(readLines(resumed.stdout).at(-1)).toMatchObject({ type: 'summary', exit_code: 0 })
  })

  test('exits 3 where some were rotated and some were not', async () => {
    const project = await anAppliedProject()
    project.sandbox.vendors.tellcasey.fault({ kind: 'status', status: 403, times: 9, match: { method: 'POST' } })

    const { code, stderr } = await project.run('rotate', '*', '--auto-approve')

    expect(code).toBe(3)
    expect(stderr).toContain("hooks-sync rotate --resume 'casey/conversations'")
  })

  test('says how it is used', async () => {
    const project = await makeProject()

    const { code, stderr } = await project.run('rotate')

    expect(code).toBe(1)
    expect(stderr).toContain("HS6001  Name what to rotate, for example 'chat-eu/*'.")
  })
})

const duty = (accepts: string): string => `  Receivers of chat/inbound must accept: ${accepts}\n`
const at = 'ref+age://secrets.age#/sinch/inbound'

const steps = `Rotate ${at}
  used by chat/inbound
  1. make a new secret and put it into the vault, beside the one in use
  2. send it to the vendor
  3. check that the vendor took it
  4. let it take the place of the former one, which is kept beside it
  5. remove the former one from the vault, 24h later, by: hooks-sync rotate --resume
${duty(`${at} (now), ${at}_pending (from the switch on)`)}
`

const progress = `${at}: staged
${duty(`${at} (now), ${at}_pending (from the switch on)`)}chat/inbound: updated (ID)
${at}: sent
${duty(`${at}_pending (now), ${at} (now)`)}${at}: verified
${at}: promoted
${duty(`${at} (now), ${at}_previous (now, until TIME)`)}`

async function anAppliedProject(): Promise<Project> {
  const project = await makeProject()
  await fillVault(project)
  const { code } = await project.run('apply', '--auto-approve')
  expect(code).toBe(0)
  return project
}
