import { expect, test } from 'vitest'
import {
  type BucketServer,
  bucketCredentials,
  bucketEnvironment,
  startBucketServer,
} from '../shared-ledger/bucket-server.ts'
import { fillVault, makeProject, type Project } from './make-project.ts'

const place = 's3://hooks/team/ledger'

async function makeApplied(): Promise<{ readonly project: Project; readonly server: BucketServer }> {
  const server = await startBucketServer()
  const project = await makeProject({ env: bucketEnvironment(server) })
  await fillVault(project)
  const { code, stderr } = await project.run('apply', '--auto-approve', '--ledger', place)
  if (code !== 0) throw new Error(stderr)
  return { project, server }
}

test('the commands of the ledger work on one in a bucket', async () => {
  const { project } = await makeApplied()

  const listed = await project.run('ledger', 'list', '--ledger', place)
  const moved = await project.run('ledger', 'mv', 'chat/inbound', 'chat/messages', '--ledger', place)
  const removed = await project.run('ledger', 'rm', 'casey/*', '--ledger', place)
  const unlocked = await project.run('ledger', 'unlock', '--ledger', place)
  const left = await project.run('ledger', 'list', '--ledger', place, '--json')

  expect([listed, moved, removed, unlocked].map(({ code }) => code)).toEqual([0, 0, 0, 0])
  expect(listed.stdout).toContain(`2 webhooks owned in ${place}.`)
  expect(unlocked.stdout).toBe(`Nobody holds the lock of ${place}.\n`)
  expect(JSON.parse(left.stdout)).toMatchObject({
    ledger: { place },
    entries: [{ provider: 'chat', key: 'messages', file: 'webhooks.yaml' }],
  })
})

test('a ledger that is copied from a file into a bucket owns the same webhooks there', async () => {
  const server = await startBucketServer()
  const project = await makeProject({ env: bucketEnvironment(server) })
  await fillVault(project)
  await project.run('apply', '--auto-approve')
  const file = await project.read('.hooks-sync/ledger.json')

  const copied = await project.run('ledger', 'copy', '.hooks-sync/ledger.json', place)
  const again = await project.run('ledger', 'copy', '.hooks-sync/ledger.json', place)
  const text = await project.read('webhooks.yaml')
  await project.write('webhooks.yaml', text.replace('version: 1\n', `version: 1\nledger: ${place}\n`))
  const planned = await project.run('plan', '--detailed-exitcode')
  await project.write(
    'webhooks.yaml',
    (await project.read('webhooks.yaml')).replace('      inbound:', '      renamed:'),
  )
  const renamed = await project.run('plan', '--json')

  expect([copied.code, again.code, planned.code]).toEqual([0, 1, 0])
  expect(copied.stdout).toContain(`Copied 2 webhooks to ${place}.\n`)
  expect(again.stderr).toContain(`${place} holds a ledger already.`)
  expect(planned.stdout).toContain('No changes. 2 webhooks match.')
  expect(JSON.parse(renamed.stdout)).toMatchObject({ actions: [{ moved_from: expect.stringContaining('inbound') }] })
  expect(await project.read('.hooks-sync/ledger.json')).toBe(file)
})

test('a lock in a bucket stops others until it is removed by hand', async () => {
  const { project, server } = await makeApplied()
  const head = server.objects.get('team/ledger/head.json')
  if (head === undefined) throw new Error('no head')
  const lock = {
    owner: 'hooks-sync apply',
    host: 'elsewhere',
    pid: 1,
    startedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    token: 'a-token',
    ttlMs: 3_600_000,
  }
  const body = JSON.stringify({ ...JSON.parse(head.body), lock })
  ;(server.objects as Map<string, typeof head>).set('team/ledger/head.json', { ...head, body })

  const stopped = await project.run('apply', '--auto-approve', '--ledger', place)
  const unlocked = await project.run('ledger', 'unlock', '--ledger', place)
  const applied = await project.run('apply', '--auto-approve', '--ledger', place)

  expect([stopped.code, unlocked.code, applied.code]).toEqual([1, 0, 0])
  expect(stopped.stderr).toContain(`hooks-sync apply on elsewhere (pid 1) holds the lock of ${place}`)
  expect(unlocked.stdout).toContain(`Removed the lock of ${place}, held by hooks-sync apply on elsewhere`)
})

test('a ledger that cannot be opened is an error without a credential in it', async () => {
  const { project, server } = await makeApplied()
  server.trouble({ status: 403, code: 'AccessDenied' })

  const planned = await project.run('plan', '--ledger', place, '--verbose')
  const wrong = await project.run('ledger', 'list', '--ledger', 'gs://hooks/ledger')

  expect([planned.code, wrong.code]).toEqual([1, 1])
  expect(planned.stderr).toContain(`The ledger ${place} cannot be read: access is denied (403 AccessDenied).`)
  expect(wrong.stderr).toContain('A ledger cannot lie at gs://.')
  for (const credential of Object.values(bucketCredentials)) {
    expect(planned.stdout + planned.stderr).not.toContain(credential)
  }
})
