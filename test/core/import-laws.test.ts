import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadProject } from '../../src/config/load-project.ts'
import type { LoadedProject, ProjectOptions, SourceFile } from '../../src/config/project.ts'
import type { AccountImport } from '../../src/core/import-webhooks.ts'
import { declaredOf, makeImport } from '../../src/core/import-webhooks.ts'
import type { LedgerAccount } from '../../src/core/ledger.ts'
import type { AccountInput } from '../../src/core/plan.ts'
import { planAccount } from '../../src/core/plan-account.ts'
import type { ProviderDefinition } from '../../src/core/provider.ts'
import type { DesiredWebhook, LiveObject } from '../../src/core/webhook.ts'
import { type SettledImport, settleImport } from '../../src/import/import-settle.ts'
import { definitions } from '../../src/providers/registry.ts'
import { validators } from '../../src/schema/generated/validators.ts'
import { aLedger, anEntry, anInput } from './build-account.ts'
import { liveObjects, secretMark } from './import-live.ts'

const runs = { numRuns: 40 }

/** Hazards of writes look at a document that only the vendor's own reading makes; importing writes nothing. */
const withDocument = new Set(['sendblue'])

function plannable({ hazards, ...definition }: ProviderDefinition): ProviderDefinition {
  return hazards === undefined || withDocument.has(definition.type) ? definition : { ...definition, hazards }
}

describe.each(definitions.map((definition) => [definition.type, plannable(definition)] as const))(
  'import of %s',
  (_, definition) => {
    test('leaves nothing for a plan to do, whatever is live, declared and owned', () => {
      fc.assert(
        fc.property(worlds(definition), (world) => {
          const before = inputOf(definition, world)

          const { project } = settle(before)

          const imported = importedOf(project)
          const plan = planAccount({
            ...before,
            desired: imported.length === 0 ? before.desired : [...(before.desired ?? []), ...imported],
            files: new Set([...before.files, 'imported.yaml']),
          })
          const keys = new Set(imported.map((webhook) => webhook.key))
          const planned = new Map(planAccount(before).actions.map((action) => [action.id, action.kind]))
          for (const action of plan.actions) {
            const quiet = keys.has(action.key) ? ['keep', 'adopt'] : ['keep', 'adopt', planned.get(action.id)]
            expect(quiet, action.id).toContain(action.kind)
          }
        }),
        runs,
      )
    })

    test('writes no secret, and nothing in a URL that looks like one', () => {
      fc.assert(
        fc.property(liveObjects(definition), (live) => {
          const { text } = settle(inputOf(definition, { live, ...nobody }))

          expect(text).not.toContain(secretMark)
        }),
        runs,
      )
    })

    test('writes the same text in whatever order the vendor lists', () => {
      fc.assert(
        fc.property(
          liveObjects(definition).chain((live) =>
            fc.tuple(fc.constant(live), fc.shuffledSubarray([...live], { minLength: live.length })),
          ),
          ([live, shuffled]) => {
            const first = settle(inputOf(definition, { live, ...nobody })).text

            expect(settle(inputOf(definition, { live: shuffled, ...nobody })).text).toBe(first)
          },
        ),
        runs,
      )
    })

    test('names every live object once: declared, as a twin, or as a comment', () => {
      fc.assert(
        fc.property(liveObjects(definition), (live) => {
          const [made] = settle(inputOf(definition, { live, ...nobody })).accounts

          const named = (made?.made.webhooks ?? []).flatMap((webhook) => [...webhook.ids, ...webhook.twins])
          expect(named.toSorted()).toEqual(live.map((object) => object.id).toSorted())
        }),
        runs,
      )
    })

    test('declares everything that can be declared', () => {
      fc.assert(
        fc.property(liveObjects(definition, { isTame: true }), (live) => {
          const tame = live.filter((object) => isAllowed(definition, object))

          const [made] = settle(inputOf(definition, { live: tame, ...nobody })).accounts

          expect(made?.made.webhooks.map((webhook) => webhook.withheld)).toEqual(
            made?.made.webhooks.map(() => undefined),
          )
        }),
        runs,
      )
    })
  },
)

interface World {
  readonly live: readonly LiveObject[]
  readonly declared: readonly LiveObject[] | undefined
  /** Where the ledger says each object is declared; `null` stands for `--no-ledger`. */
  readonly ledger: LedgerAccount | null
  readonly prune?: 'none' | 'owned' | 'all'
}

const nobody = { declared: undefined, ledger: aLedger() }

/** Live objects of which some are declared, some owned by what is declared, was declared, or stands elsewhere. */
function worlds(definition: ProviderDefinition): fc.Arbitrary<World> {
  return liveObjects(definition).chain((live) =>
    fc.record({
      live: fc.constant(live),
      declared: fc.option(fc.subarray([...live]), { nil: undefined }),
      ledger: fc.option(ledgers(live), { nil: null }),
      prune: fc.constantFrom('none', 'owned', 'all'),
    }),
  )
}

function ledgers(live: readonly LiveObject[]): fc.Arbitrary<LedgerAccount> {
  const places = live.map(() => fc.constantFrom(undefined, 'webhooks.yaml', 'imported.yaml', 'elsewhere.yaml'))
  const keys = fc.constantFrom('hooks-example-com-a', 'hooks-example-com-b', 'a', 'b')
  return fc
    .tuple(fc.tuple(...places), fc.array(keys, { minLength: live.length, maxLength: live.length }))
    .map(([files, names]) => {
      const entries = live.flatMap((object, index) => {
        const file = files[index]
        return file === undefined ? [] : [[names[index] ?? 'a', anEntry([object], { file })] as const]
      })
      return aLedger(Object.fromEntries(entries))
    })
}

function inputOf(definition: ProviderDefinition, { live, declared, ledger, prune = 'owned' }: World): AccountInput {
  const desired = declared === undefined ? undefined : declaredBy(definition, declared)
  return anInput(definition, { live, ledger, desired, account: { prune }, files: ['webhooks.yaml', 'imported.yaml'] })
}

/** Declares live objects by importing them, as if somebody had done so before. */
function declaredBy(definition: ProviderDefinition, live: readonly LiveObject[]): readonly DesiredWebhook[] {
  const { project } = settle(anInput(definition, { live, desired: undefined, files: ['imported.yaml'] }))
  return importedOf(project).map((webhook) => ({ ...webhook, key: `own-${webhook.key}`, file: 'webhooks.yaml' }))
}

function settle(input: AccountInput): SettledImport {
  const made: AccountImport = makeImport(input)
  const base = { name: 'webhooks.yaml', path: '/project/webhooks.yaml', baseDir: '/project' }
  const text = accountText(input.definition)
  const settled = settleImport([{ input, made, secrets: new Map() }], {
    file: { name: 'imported.yaml', path: '/project/imported.yaml', baseDir: '/project' },
    loadWith: (file, wishes) => load([{ ...base, text }, file], wishes),
    fingerprint: undefined,
    scrub: (one) => one,
  })
  expect(settled.accounts.flatMap((account) => declaredOf(account.made)).length > 0).toBe(settled.project !== undefined)
  return settled
}

function load(files: readonly SourceFile[], wishes: Pick<ProjectOptions, 'allowUnknownEvents'>): LoadedProject {
  const options = { definitions, validators, env: {}, vars: {}, allowedEnv: [], ledgerDirectory: '/project' }
  return loadProject(files, { ...options, ...wishes })
}

function importedOf(project: LoadedProject | undefined): readonly DesiredWebhook[] {
  expect(project?.diagnostics.filter(({ severity }) => severity === 'error') ?? []).toEqual([])
  return project?.accounts.flatMap((account) => account.desired ?? []) ?? []
}

/** Declares the account of a definition, without a webhook. */
function accountText({ type, settings, auth }: ProviderDefinition): string {
  const required = Object.entries(settings).filter(([, field]) => field.presence === 'required')
  const lines = required.map(([name, field]) => `${name}: ${field.kind === 'choice' ? field.values[0] : 'x'}`)
  const credentials = Object.keys(auth).map((name) => `${name}: ref+env://X`)
  return `providers:
  main:
    type: ${type}
    auth: { ${credentials.join(', ')} }
${lines.map((line) => `    ${line}\n`).join('')}`
}

/** Rules of a vendor over several fields, which make a state that it could not hold. */
function isAllowed(definition: ProviderDefinition, { fields }: LiveObject): boolean {
  const findings =
    definition.check?.(
      Object.fromEntries(
        Object.entries(fields).filter(([name]) => name !== 'signing_secret' && name !== 'client_credentials'),
      ) as DesiredWebhook['fields'],
    ) ?? []
  return findings.every(({ severity }) => severity !== 'error')
}
