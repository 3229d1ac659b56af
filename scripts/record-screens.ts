import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeLargeProject } from './demo/large-project.ts'
import type { Stage } from './demo/stage.ts'
import { type StagedProject, stageProject } from './demo/staged-project.ts'
import { watchTerminal } from './demo/terminal-screen.ts'
import { renderTerminal } from './demo/terminal-svg.ts'

const project = new URL('..', import.meta.url).pathname
const folder = join(project, 'docs/screens')

const widths = [80, 200] as const

type Edits = Parameters<StagedProject['edit']>[0]

/** What a person changes in the file between the apply and the plan that is shown. */
const changes: Edits = [
  ['events: [MESSAGE_INBOUND, MESSAGE_DELIVERY]', 'events: [MESSAGE_INBOUND, MESSAGE_DELIVERY, EVENT_INBOUND]'],
  ['opt-outs:', 'opt-ins-and-outs:'],
  [
    'https://hooks.example.com/sinch/opt-outs\n        events: [OPT_OUT]',
    'https://hooks.example.com/sinch/consent\n        events: [OPT_IN, OPT_OUT]',
  ],
  ['events: [conversation.completed]', 'events: [conversation.completed, conversation.abandoned]'],
]

/** Changes that guards refuse: an account without a webhook, and a receiver over plain HTTP. */
const refused: Edits = [
  ['https://hooks.example.com/sinch/inbound', 'http://hooks.example.com/sinch/inbound'],
  [
    '      calls:\n        url: https://hooks.example.com/smallest\n        description: Calls of the front desk\n        subscriptions:\n          - agent_id: "${env:SMALLEST_AGENT_ID:-a6e270000000000000000001}"\n            events: [post-conversation]\n        signing_secret: { capture: ref+age://secrets.age#/smallest/signing_secret }\n',
    '      {}\n',
  ],
]

/** Draws real runs against the stand-ins, as terminals of several widths show them. */
async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const staged = await stageProject()
  try {
    await recordPlans(staged)
    await recordDrift(staged)
  } finally {
    await staged.close()
  }
  await recordApplies()
}

async function recordPlans({ stage, edit }: StagedProject): Promise<void> {
  edit(changes)
  for (const columns of widths) await record('plan', stage, 'plan', columns)
  const { atEnd } = await watchTerminal(stage, 'plan', { columns: 120 })
  writeFileSync(join(project, 'docs/plan.svg'), renderTerminal(`$ hooks-sync plan\n${atEnd}`))
  edit(refused)
  for (const columns of widths) await record('refused', stage, 'plan', columns)
  edit([])
}

async function recordDrift({ stage, vendors }: StagedProject): Promise<void> {
  await vendors.edit('sinch', (webhook) =>
    String(webhook['target']).endsWith('/inbound') ? { ...webhook, triggers: ['MESSAGE_INBOUND'] } : webhook,
  )
  await vendors.edit('tellcasey', (webhook) => ({ ...webhook, enabled: false }))
  for (const columns of widths) await record('drift', stage, 'drift', columns)
}

/** A large apply, at work and when it ends in part. */
async function recordApplies(): Promise<void> {
  const moment = /Applying: \d+ of 300, [^\r]* left …/u
  for (const columns of widths) {
    const large = await makeLargeProject(60)
    try {
      large.refuseSome()
      const { atMoment, atEnd } = await watchTerminal(large.stage, 'apply --auto-approve', { columns, moment })
      draw('apply', lastRows(atMoment), columns)
      draw('apply-in-part', lastRows(atEnd), columns)
    } finally {
      await large.close()
    }
  }
}

async function record(name: string, stage: Stage, args: string, columns: number): Promise<void> {
  const { atEnd } = await watchTerminal(stage, args, { columns })
  draw(name, `$ hooks-sync ${args}\n${atEnd}`, columns)
}

function draw(name: string, screen: string, columns: number): void {
  writeFileSync(join(folder, `${name}-${columns}.svg`), renderTerminal(screen, columns))
}

/** What has not scrolled away yet. */
function lastRows(screen: string): string {
  return screen.trimEnd().split('\n').slice(-24).join('\n')
}

await main()
