import { describe, expect, test } from 'vitest'
import type { Plan } from '../../src/core/plan.ts'
import { type ImportWorld, openImportWorld } from './import-world.ts'

const agent = 'a6e270000000000000000001'
const otherAgent = 'a6e270000000000000000002'

/** Webhooks of each vendor, with what its API hides, filters, groups and switches off. */
const seeds: Readonly<Record<string, string>> = {
  sinch: `
first: { app_id: 01SANDBOXAPP00000000000001, url: "https://hooks.example.com/sinch", events: [MESSAGE_INBOUND, OPT_IN],
  signing_secret: "ref+age://secrets.age#/seed/sinch" }
second: { app_id: 01SANDBOXAPP00000000000002, url: "https://hooks.example.com/sinch", events: [OPT_OUT], enabled: false }
third: { app_id: 01SANDBOXAPP00000000000001, url: "http://hooks.example.com/$\${tenant}?a=b", events: [MESSAGE_INBOUND],
  client_credentials: { client_id: "12", client_secret: "ref+age://secrets.age#/seed/client", endpoint: "https://id.example.com/token" } }`,
  sendblue: `
messages: { url: "https://hooks.example.com/sendblue", events: [receive, outbound],
  signing_secret: "ref+age://secrets.age#/seed/sendblue" }
line: { url: "https://hooks.example.com/sendblue/line", events: [receive], phone_numbers: ["+14155550100"] }
calls: { url: "https://hooks.example.com/sendblue", events: [call_log] }`,
  smallest: `
voice: { url: "https://hooks.example.com/smallest", description: "null # \\"x\\"", headers: { X-Team: voice },
  subscriptions: [{ agent_id: ${agent}, events: [post-conversation, pre-conversation] }] }
other: { url: "http://hooks.example.com/other", subscriptions: [{ agent_id: ${otherAgent}, events: [analytics-completed] }] }`,
  bird: `
inbound: { service: channels, events: [sms.inbound, whatsapp.inbound], url: "https://hooks.example.com/bird",
  signing_secret: "ref+age://secrets.age#/seed/bird" }
filtered: { service: channels, events: [whatsapp.outbound, sms.outbound], url: "https://hooks.example.com/bird",
  filters: [{ key: channelId, value: "0012" }], enabled: false }`,
  tellcasey: `
first: { url: "https://hooks.example.com/casey", description: "line\\nbreak", events: [conversation.completed] }
second: { url: "https://hooks.example.com/casey?tenant=$\${x}" }`,
}

const secrets = ['seed/sinch', 'seed/client', 'seed/sendblue', 'seed/bird']
const files = ['webhooks.yaml', 'imported.yaml']
const readings: Readonly<Record<string, readonly Readonly<Record<string, string | boolean>>[]>> = {
  sinch: [{}, { secrets_in_reads: 'masked' }, { secrets_in_reads: 'absent', target_uniqueness: 'normalized' }],
  sendblue: [{}],
  smallest: [{}, { secret_in_list: false, headers_in_reads: 'present', headers_on_create: 'accepted' }],
  bird: [{}],
  tellcasey: [{}, { unset_description: 'empty', pagination: true }],
}

const cases = Object.entries(readings).flatMap(([type, list]) =>
  list.map((reading) => [`${type} ${JSON.stringify(reading)}`, type, reading] as const),
)

describe.each(cases)('%s', (_, type, reading) => {
  test('is imported so that a plan has nothing to do, and adopted so that it keeps everything', async () => {
    const world = await seededWorld(type, reading)

    const printed = await world.import()
    await world.write('imported.yaml', printed.text)
    const adopting = await world.plan(files)
    await world.write('imported.yaml', '')
    const adopted = await world.import({ out: 'adopted.yaml', adopt: true })
    const keeping = await world.plan(['webhooks.yaml', 'adopted.yaml'])

    expect(printed.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
    expect([printed.webhooks, printed.withheld]).toEqual([expectedOf(type), 0])
    expect(kindsOf(adopting)).toEqual(['adopt'])
    expect(await world.read('adopted.yaml')).toBe(adopted.text)
    expect(kindsOf(keeping)).toEqual(['keep'])
    expect(world.writes()).toEqual([])
  })
})

describe.each(Object.keys(seeds))('%s', (type) => {
  test('is written without a secret, whatever the vendor shows', async () => {
    const world = await seededWorld(type)

    const { text } = await world.import()

    for (const pointer of secrets) expect(text).not.toContain(await world.secret(pointer))
    expect(text).not.toMatch(/whsec|secretKey/u)
  })

  test('is not imported a second time', async () => {
    const world = await seededWorld(type)
    const { text } = await world.import()
    await world.write('imported.yaml', text)

    const again = await world.import({ files })

    expect([again.webhooks, again.withheld]).toEqual([0, 0])
    expect(again.text).toBe('# There is no live webhook to declare.\n')
  })
})

async function seededWorld(
  type: string,
  reading: Readonly<Record<string, string | boolean>> = {},
): Promise<ImportWorld> {
  const world = await openImportWorld({ switches: { [type]: reading } })
  for (const pointer of secrets)
    await world.setSecret(pointer, `shown-to-nobody-${pointer.replace('/', '-')}-0123456789`)
  await world.seed({ [type]: seeds[type] ?? '' })
  await world.declare({ [type]: '' })
  return world
}

/** Entries that differ in nothing but the event are one webhook, whoever wrote them. */
function expectedOf(type: string): number {
  const counts: Readonly<Record<string, number>> = { sinch: 3, sendblue: 3, smallest: 2, bird: 2, tellcasey: 2 }
  return counts[type] ?? 0
}

function kindsOf(plan: Plan): readonly string[] {
  expect(plan.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(plan.accounts.flatMap(({ refusals }) => refusals)).toEqual([])
  return [...new Set(plan.accounts.flatMap(({ actions }) => actions.map(({ kind }) => kind)))]
}
