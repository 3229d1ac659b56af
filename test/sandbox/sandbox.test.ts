import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Sandbox, type SandboxOptions, standInNames, startSandbox } from '../../src/sandbox/index.ts'
import { makeSend, makeTellcaseySend, type Send } from './client.ts'

let open: Sandbox[] = []
let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hooks-sync-sandbox-'))
})

afterEach(async () => {
  await Promise.all(open.map((sandbox) => sandbox.close()))
  open = []
  await rm(directory, { recursive: true, force: true })
})

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options)
  open.push(sandbox)
  return sandbox
}

async function startCasey(options: SandboxOptions = {}): Promise<{ sandbox: Sandbox; send: Send }> {
  const sandbox = await start({ vendors: ['tellcasey'], ...options })
  return { sandbox, send: makeTellcaseySend(sandbox.vendors.tellcasey) }
}

function stateFile(): string {
  return join(directory, 'state.json')
}

const aBody = { url: 'https://hooks.example.com/casey' }

describe('a sandbox', () => {
  test('serves every stand-in on one loopback origin, each under its name', async () => {
    const sandbox = await start()

    expect(sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(Object.keys(sandbox.vendors)).toEqual([...standInNames])
    for (const name of standInNames) expect(sandbox.vendors[name]?.baseUrl).toContain(`${sandbox.url}/${name}`)
  })

  test('runs only the vendors it is asked for', async () => {
    const { sandbox } = await startCasey()

    expect(Object.keys(sandbox.vendors)).toEqual(['tellcasey'])
    expect((await makeSend(sandbox.url)('GET', '/sinch/v1/projects/sandbox-project/apps')).status).toBe(404)
  })

  test.each([
    [{ vendors: ['tellcaesy'] }, 'no vendor "tellcaesy"'],
    [{ switches: { tellcasey: { create_stauts: 200 } } }, 'no switch "create_stauts"'],
    [{ switches: { tellcasey: { create_status: 204 } } }, 'one of: 200, 201'],
    [{ switches: { tellcasey: { create_status: '200' } } }, 'takes a number'],
    [{ switches: { nobody: {} } }, '"nobody"'],
    [{ settings: { tellcasey: { keys: [] } } }, 'no setting "keys"'],
  ])('refuses options that name nothing: %j', async (options, message) => {
    await expect(startSandbox(options)).rejects.toThrow(message)
  })

  test('refuses a port that is taken', async () => {
    const { sandbox } = await startCasey()

    await expect(startSandbox({ port: Number(new URL(sandbox.url).port) })).rejects.toThrow('EADDRINUSE')
  })

  test('closes while a client waits for an answer that never comes', async () => {
    const { sandbox, send } = await startCasey()
    sandbox.vendors.tellcasey.fault({ kind: 'timeout' })
    const waiting = send('GET', '/webhooks')
    const failed = expect(waiting).rejects.toThrow('fetch failed')
    while (sandbox.vendors.tellcasey.log.length === 0) await new Promise((resolve) => setImmediate(resolve))

    await sandbox.close()

    await failed
  })
})

describe('the log of a vendor', () => {
  test('tells method, path with query, status and live webhooks, and holds neither header nor body', async () => {
    const { sandbox, send } = await startCasey()
    const { tellcasey } = sandbox.vendors

    const created = (await send('POST', '/webhooks', aBody)).json()
    await send('GET', '/webhooks?after=x')
    tellcasey.webhooks.edit(String(created.data?.id), { enabled: false })
    await send('DELETE', `/webhooks/${created.data?.id}`)

    const lines = tellcasey.log.map(({ method, path, status, live }) => `${method} ${path} ${status} ${live}`)
    expect(lines).toEqual([
      'POST /v1/backend/webhooks 201 1',
      'GET /v1/backend/webhooks?after=x 200 1',
      `DELETE /v1/backend/webhooks/${created.data?.id} 204 0`,
    ])
    expect(JSON.stringify(tellcasey.log)).not.toContain(String(created.data?.secret))
    expect(JSON.stringify(tellcasey.log)).not.toContain(tellcasey.credentials.api_key)
  })

  test('names requests as the answer does and keeps their order', async () => {
    const { sandbox, send } = await startCasey()

    const answers = [await send('GET', '/webhooks'), await send('GET', '/webhooks')]

    const { log } = sandbox.vendors.tellcasey
    expect(log.map(({ requestId }) => requestId)).toEqual(answers.map(({ headers }) => headers.get('x-request-id')))
    expect(log[0]?.at).toBeLessThanOrEqual(log[1]?.at ?? 0)
  })

  test('is empty after clearLog', async () => {
    const { sandbox, send } = await startCasey()
    await send('GET', '/webhooks')

    sandbox.vendors.tellcasey.clearLog()

    expect(sandbox.vendors.tellcasey.log).toEqual([])
  })
})

describe('a fault', () => {
  test('of kind status answers in the error shape of the vendor, or with the body given', async () => {
    const { sandbox, send } = await startCasey()
    sandbox.vendors.tellcasey.fault({ kind: 'status', status: 503 })
    sandbox.vendors.tellcasey.fault({ kind: 'status', status: 500, body: { odd: 1 }, headers: { 'x-odd': 'yes' } })
    sandbox.vendors.tellcasey.fault({ kind: 'status', status: 502, body: 'upstream' })

    const [plain, given, text] = [
      await send('POST', '/webhooks', aBody),
      await send('GET', '/webhooks'),
      await send('GET', '/webhooks'),
    ]

    expect([plain?.status, plain?.json().error?.code]).toEqual([503, 'internal_error'])
    expect([given?.status, given?.json(), given?.headers.get('x-odd')]).toEqual([500, { odd: 1 }, 'yes'])
    expect([text?.text, text?.headers.get('content-type')]).toEqual(['upstream', 'text/plain'])
    expect(sandbox.vendors.tellcasey.webhooks.all()).toEqual([])
  })

  test.each([
    [{ kind: 'reset-before' }, 0],
    [{ kind: 'reset-after' }, 1],
    [{ kind: 'truncated' }, 1],
  ] as const)('%j breaks the connection and leaves %d webhooks made', async (fault, made) => {
    const { sandbox, send } = await startCasey()
    sandbox.vendors.tellcasey.fault(fault)

    await expect(send('POST', '/webhooks', aBody)).rejects.toThrow(/fetch failed|terminated/)

    expect(sandbox.vendors.tellcasey.webhooks.all()).toHaveLength(made)
    expect(sandbox.vendors.tellcasey.log[0]).toMatchObject({ fault: fault.kind, live: made })
  })

  test.each([
    [{ kind: 'status', status: 500 }, 0],
    [{ kind: 'status', status: 500, commit: true }, 1],
    [{ kind: 'html' }, 0],
    [{ kind: 'html', commit: true }, 1],
    [{ kind: 'garbage' }, 0],
    [{ kind: 'garbage', commit: true }, 1],
  ] as const)('%j leaves %d webhooks made', async (fault, made) => {
    const { sandbox, send } = await startCasey()
    sandbox.vendors.tellcasey.fault(fault)

    await send('POST', '/webhooks', aBody)

    expect(sandbox.vendors.tellcasey.webhooks.all()).toHaveLength(made)
  })

  test.each([false, true])('of kind timeout never answers (commit: %s)', async (commit) => {
    const { sandbox } = await startCasey()
    const { tellcasey } = sandbox.vendors
    tellcasey.fault({ kind: 'timeout', commit })
    const abort = new AbortController()
    const authorization = `Bearer ${tellcasey.credentials.api_key}`
    const sent = fetch(`${tellcasey.baseUrl}/webhooks`, {
      method: 'POST',
      body: JSON.stringify(aBody),
      headers: { authorization },
      signal: abort.signal,
    })
    const failed = expect(sent).rejects.toThrow('abort')
    while (tellcasey.log.length === 0) await new Promise((resolve) => setImmediate(resolve))

    abort.abort()

    await failed
    expect(tellcasey.log[0]).toMatchObject({ status: 0, fault: 'timeout', live: commit ? 1 : 0 })
  })

  test('of kind html or garbage answers what is no JSON', async () => {
    const { sandbox, send } = await startCasey()
    sandbox.vendors.tellcasey.fault({ kind: 'html' })
    sandbox.vendors.tellcasey.fault({ kind: 'garbage' })

    const [html, garbage] = [await send('GET', '/webhooks'), await send('GET', '/webhooks')]

    expect([html?.status, html?.headers.get('content-type')]).toEqual([502, 'text/html'])
    expect([garbage?.status, garbage?.headers.get('content-type')]).toEqual([200, 'application/json'])
    expect(garbage?.json).toThrow(SyntaxError)
  })

  test('of kind redirect names the other place', async () => {
    const { sandbox, send } = await startCasey()
    sandbox.vendors.tellcasey.fault({ kind: 'redirect', to: 'https://elsewhere.example/' })

    const answer = await send('GET', '/webhooks')

    expect([answer.status, answer.headers.get('location')]).toEqual([307, 'https://elsewhere.example/'])
  })

  test.each([
    ['none', null],
    ['seconds', /^7$/],
    ['date', /GMT$/],
    ['body', null],
  ] as const)('of kind rate-limit tells the wait as %s', async (retryAfter, header) => {
    const { sandbox, send } = await startCasey()
    sandbox.vendors.tellcasey.fault({ kind: 'rate-limit', retryAfter, seconds: 7 })

    const answer = await send('GET', '/webhooks')

    expect([answer.status, answer.json().error?.code]).toEqual([429, 'rate_limit_exceeded'])
    if (header === null) expect(answer.headers.get('retry-after')).toBeNull()
    else expect(answer.headers.get('retry-after')).toMatch(header)
  })

  test('of kind delay answers as usual', async () => {
    const { sandbox, send } = await startCasey()
    sandbox.vendors.tellcasey.fault({ kind: 'delay', ms: 5 })

    expect((await send('GET', '/webhooks')).json()).toEqual({ data: [] })
  })

  test('of kind delay answers at once when the faults are cleared', async () => {
    const { sandbox, send } = await startCasey()
    sandbox.vendors.tellcasey.fault({ kind: 'delay', ms: 3_600_000, match: { method: 'GET' } })
    const waiting = send('GET', '/webhooks')
    await send('POST', '/webhooks', aBody)

    sandbox.vendors.tellcasey.clearFaults()

    expect((await waiting).status).toBe(200)
  })

  test('hits only what it is aimed at, after and as often as it says', async () => {
    const { sandbox, send } = await startCasey()
    sandbox.vendors.tellcasey.fault({
      kind: 'status',
      status: 500,
      match: { method: 'POST', pathIncludes: '/webhooks' },
      after: 1,
      times: 2,
    })

    const statuses = []
    for (const method of ['GET', 'POST', 'POST', 'GET', 'POST', 'POST']) {
      statuses.push((await send(method, '/webhooks', method === 'POST' ? aBody : undefined)).status)
    }

    expect(statuses).toEqual([200, 201, 500, 200, 500, 201])
  })

  test('is gone after clearFaults', async () => {
    const { sandbox, send } = await startCasey()
    sandbox.vendors.tellcasey.fault({ kind: 'status', status: 500, times: 100 })

    sandbox.vendors.tellcasey.clearFaults()

    expect((await send('GET', '/webhooks')).status).toBe(200)
  })

  test.each([
    { kind: 'sattus' },
    { kind: 'status' },
    { kind: 'delay', ms: '5' },
    { kind: 'html', times: -1 },
    { kind: 'toString' },
    null,
  ])('that makes no sense is refused: %j', async (fault) => {
    const { sandbox } = await startCasey()

    expect(() => sandbox.vendors.tellcasey.fault(fault as never)).toThrow('A fault is an object')
  })
})

describe('the common switches', () => {
  test('rate_per_second answers 429 above the rate and says when to come back', async () => {
    const { send } = await startCasey({ switches: { tellcasey: { rate_per_second: 0.001, retry_after: 'seconds' } } })

    const [first, second] = [await send('GET', '/webhooks'), await send('GET', '/webhooks')]

    expect([first?.status, second?.status, second?.headers.get('retry-after')]).toEqual([200, 429, '1000'])
  })

  test('list_lag_reads hides a created webhook from that many lists, not from a read by id', async () => {
    const { sandbox, send } = await startCasey({ switches: { tellcasey: { list_lag_reads: 2 } } })

    const { data } = (await send('POST', '/webhooks', aBody)).json()
    const lengths = []
    for (let read = 0; read < 4; read += 1)
      lengths.push(((await send('GET', '/webhooks')).json().data as [] | undefined)?.length)

    expect(lengths).toEqual([0, 0, 1, 1])
    expect((await send('GET', `/webhooks/${data?.id}`)).status).toBe(200)
    expect(sandbox.vendors.tellcasey.webhooks.all()).toHaveLength(1)
  })

  test('list_lag_ms hides a created webhook for a while, and what a dashboard changes at once', async () => {
    const { sandbox, send } = await startCasey({ switches: { tellcasey: { list_lag_ms: 3_600_000 } } })
    await send('POST', '/webhooks', aBody)
    expect((await send('GET', '/webhooks')).json()).toEqual({ data: [] })

    sandbox.vendors.tellcasey.setSwitch('list_lag_ms', 0)

    expect((await send('GET', '/webhooks')).json().data).toHaveLength(1)
  })

  test('latencyMs is the switch latency_ms', async () => {
    const { sandbox } = await startCasey({ latencyMs: 3 })

    expect(sandbox.vendors.tellcasey.switches.latency_ms).toBe(3)
  })
})

describe('the state file', () => {
  test('keeps webhooks, their secrets and settings over a restart', async () => {
    const first = await startCasey({ state: stateFile() })
    const { data } = (await first.send('POST', '/webhooks', aBody)).json()
    await first.sandbox.close()

    const { send } = await startCasey({ state: stateFile() })

    expect((await send('GET', `/webhooks/${data?.id}/secret`)).json()).toEqual({ data: { secret: data?.secret } })
  })

  test('holds each change before its answer is sent', async () => {
    const { send } = await startCasey({ state: stateFile() })

    const ids = await Promise.all(
      Array.from({ length: 20 }, async () => (await send('POST', '/webhooks', aBody)).json().data?.id),
    )
    const saved = await readFile(stateFile(), 'utf8')

    for (const id of ids) expect(saved).toContain(String(id))
    expect(await readdir(directory)).toEqual(['state.json'])
    expect((await stat(stateFile())).mode & 0o077).toBe(0)
  })

  test('holds what a dashboard edit changed once the sandbox is closed', async () => {
    const { sandbox, send } = await startCasey({ state: stateFile() })
    const { data } = (await send('POST', '/webhooks', aBody)).json()

    sandbox.vendors.tellcasey.webhooks.edit(String(data?.id), { enabled: false })
    await sandbox.close()

    expect(JSON.parse(await readFile(stateFile(), 'utf8')).vendors.tellcasey.webhooks[0].enabled).toBe(false)
  })

  test('keeps the accounts of vendors that are not started', async () => {
    const first = await startCasey({ state: stateFile() })
    const { data } = (await first.send('POST', '/webhooks', aBody)).json()
    await first.sandbox.close()

    await (await start({ vendors: ['sinch'], state: stateFile() })).close()

    const { sandbox } = await startCasey({ state: stateFile() })
    expect(sandbox.vendors.tellcasey.webhooks.all().map(({ id }) => id)).toEqual([data?.id])
  })

  test.each([
    ['{', 'lacks an object "vendors"'],
    ['[]', 'lacks an object "vendors"'],
    ['{"vendors":{"tellcasey":{"webhooks":[{}]}}}', 'each have an "id"'],
    ['{"vendors":{"tellcasey":{"webhooks":[],"settings":3}}}', '"settings" is not an object'],
  ])('that is no state (%s) is refused and left alone', async (text, message) => {
    await writeFile(stateFile(), text)

    await expect(startSandbox({ state: stateFile() })).rejects.toThrow(message)

    expect(await readFile(stateFile(), 'utf8')).toBe(text)
  })

  test('is left alone by a start that fails', async () => {
    const first = await startCasey({ state: stateFile() })
    await first.send('POST', '/webhooks', aBody)
    await first.sandbox.close()
    const before = await readFile(stateFile(), 'utf8')

    const failing = startSandbox({ state: stateFile(), switches: { tellcasey: { nothing: 1 } } })
    await expect(failing).rejects.toThrow('no switch "nothing"')
    await new Promise((resolve) => setTimeout(resolve, 20))

    expect(await readFile(stateFile(), 'utf8')).toBe(before)
  })

  test('that cannot be written is refused at the start', async () => {
    await expect(startSandbox({ state: join(directory, 'absent', 'state.json') })).rejects.toThrow('ENOENT')
  })
})

describe('the control endpoints', () => {
  test('list vendors with base URLs, credentials and switches', async () => {
    const { sandbox } = await startCasey()

    const { vendors } = (await makeSend(sandbox.url)('GET', '/_sandbox')).json()

    expect(vendors?.tellcasey).toMatchObject({
      base_url: `${sandbox.url}/tellcasey/v1/backend`,
      credentials: { api_key: expect.stringMatching(/^sk_test_sandbox/) },
      switches: { create_status: { value: 201, default: 201, values: [200, 201] } },
    })
  })

  test('show and clear the log', async () => {
    const { sandbox, send } = await startCasey()
    const control = makeSend(`${sandbox.url}/_sandbox/tellcasey`)
    await send('GET', '/webhooks')

    const shown = (await control('GET', '/log')).json()
    await control('DELETE', '/log')

    expect(shown).toMatchObject([{ method: 'GET', path: '/v1/backend/webhooks', status: 200, live: 0 }])
    expect((await control('GET', '/log')).json()).toEqual([])
  })

  test('add and clear faults', async () => {
    const { sandbox, send } = await startCasey()
    const control = makeSend(`${sandbox.url}/_sandbox/tellcasey`)

    const added = (
      await control('POST', '/faults', [
        { kind: 'status', status: 500 },
        { kind: 'html', times: 9 },
      ])
    ).json()
    const faulty = await send('GET', '/webhooks')
    await control('DELETE', '/faults')

    expect([added, faulty.status]).toEqual([{ added: 2 }, 500])
    expect((await send('GET', '/webhooks')).status).toBe(200)
  })

  test('set switches and refuse wrong ones with a sentence', async () => {
    const { sandbox, send } = await startCasey()
    const control = makeSend(`${sandbox.url}/_sandbox/tellcasey`)

    await control('PUT', '/switches', { create_status: 200 })
    const wrong = await control('PUT', '/switches', { create_status: 418 })

    expect((await send('POST', '/webhooks', aBody)).status).toBe(200)
    expect([wrong.status, wrong.json().error?.message]).toEqual([
      400,
      'The switch "create_status" of tellcasey takes one of: 200, 201.',
    ])
  })

  test('read and replace the state', async () => {
    const { sandbox, send } = await startCasey()
    const control = makeSend(`${sandbox.url}/_sandbox/tellcasey`)
    await send('POST', '/webhooks', aBody)
    const state = (await control('GET', '/state')).json() as { webhooks: { id: string }[] }

    const changed = state.webhooks.map((webhook) => ({ ...webhook, enabled: false }))
    await control('PUT', '/state', { ...state, webhooks: changed })

    expect((await send('GET', '/webhooks')).json()).toMatchObject({
      data: [{ id: state.webhooks[0]?.id, enabled: false }],
    })
    expect((await control('PUT', '/state', { webhooks: 'none' })).status).toBe(400)
  })

  test.each([
    ['GET', '/_sandbox/nobody/log', 404],
    ['GET', '/_sandbox/tellcasey/nothing', 404],
    ['PATCH', '/_sandbox/tellcasey/log', 405],
    ['POST', '/_sandbox/tellcasey/controls/nothing', 400],
  ])('answer %s %s with %d', async (method, path, status) => {
    const { sandbox } = await startCasey()

    expect((await makeSend(sandbox.url)(method, path)).status).toBe(status)
  })

  test('are closed to a page in a browser that reaches them under another name', async () => {
    const { sandbox } = await startCasey()

    const status = await new Promise((resolve, reject) => {
      const sent = request(`${sandbox.url}/_sandbox`, { headers: { host: 'evil.example' } }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
      sent.on('error', reject).end()
    })

    expect(status).toBe(403)
  })
})
