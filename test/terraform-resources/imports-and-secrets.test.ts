import { describe, expect, test } from 'vitest'
import { verbs } from './engine.ts'
import { runSandbox } from './run-sandbox.ts'
import { caseOf, engineOf, seenId, summaries, writesOf } from './world.ts'

const sandbox = runSandbox()

describe('an import', () => {
  test.each([
    ['sinch', 'nothing', 'Sinch has no webhook nothing.'],
    ['bird', 'a,b', 'Bird has no webhook a, b.'],
    ['sendblue', 'receive|https://x.example', 'Sendblue has no webhook receive https://x.example.'],
  ] as const)('of what is not there says so: %s', async (type, id, summary) => {
    const engine = engineOf(type, sandbox.vendors[type])

    expect(summaries(await engine.import('hook', id))).toEqual([summary])
  })

  test('then needs no write for a secret that the vendor shows and that is the same', async () => {
    const { sinch } = sandbox.vendors
    const { webhook } = caseOf('sinch')
    await engineOf('sinch', sinch).settle({ hook: webhook })
    const engine = engineOf('sinch', sinch)
    await engine.import('hook', String(sinch.webhooks.all()[0]?.id))
    sinch.clearLog()

    const plan = await engine.settle({ hook: webhook })

    expect(verbs(plan)).toEqual({ hook: 'update' })
    expect(writesOf(sinch)).toEqual([])
  })

  test.each(['sinch', 'sendblue', 'smallest', 'bird', 'tellcasey'] as const)(
    'of a webhook with a secret parameter takes it out of the URL without a write: %s',
    async (type) => {
      const standIn = sandbox.vendors[type]
      const webhook = {
        ...caseOf(type).other,
        url_params_wo: { token: 'param-0123456789' },
        url_params_wo_version: 1,
      }
      await engineOf(type, standIn).settle({ hook: webhook })
      const engine = engineOf(type, standIn)
      await engine.import('hook', await seenId(type, standIn))
      standIn.clearLog()

      await engine.settle({ hook: webhook })

      expect(writesOf(standIn)).toEqual([])
      expect(JSON.stringify(engine.state('hook'))).not.toContain('param-0123456789')
    },
  )
})

describe('a write-only secret', () => {
  test('is not written again while its version is the same', async () => {
    const { sinch } = sandbox.vendors
    const { webhook } = caseOf('sinch')
    const engine = engineOf('sinch', sinch)
    await engine.settle({ hook: webhook })

    await engine.settle({ hook: { ...webhook, signing_secret_wo: 'not-yet-0123456789', enabled: false } })

    expect(JSON.stringify(sinch.webhooks.all())).not.toContain('not-yet')
  })

  test('that is left out is kept by the vendor, and the plan says so', async () => {
    const { sinch } = sandbox.vendors
    const { other } = caseOf('sinch')
    const engine = engineOf('sinch', sinch)
    await engine.settle({ hook: { ...other, signing_secret_wo: 'kept-0123456789', signing_secret_wo_version: 1 } })

    const plan = await engine.settle({ hook: other })

    expect(summaries(plan.warnings)).toEqual(['Sinch keeps the signing_secret it has.'])
    expect(JSON.stringify(sinch.webhooks.all())).toContain('kept-0123456789')
  })

  test('goes into what is made anew beside', async () => {
    const { bird } = sandbox.vendors
    const { webhook } = caseOf('bird')
    const engine = engineOf('bird', bird)
    await engine.settle({ hook: webhook })

    await engine.settle({ hook: { ...webhook, events: ['sms.outbound', 'whatsapp.outbound', 'line.outbound'] } })

    expect(bird.webhooks.all().map((stored) => JSON.stringify(stored).includes('canary-signing'))).toEqual([
      true,
      true,
      true,
    ])
  })

  test('that gives way to one in the state is not lost, nor the other way round', async () => {
    const { sinch } = sandbox.vendors
    const { other } = caseOf('sinch')
    const engine = engineOf('sinch', sinch)
    const secret = 'secret-0123456789'
    await engine.settle({ hook: { ...other, signing_secret: secret } })
    sinch.clearLog()

    await engine.settle({ hook: { ...other, signing_secret_wo: secret, signing_secret_wo_version: 1 } })
    await engine.settle({ hook: { ...other, signing_secret: secret } })

    expect(writesOf(sinch)).toEqual([])
  })
})
