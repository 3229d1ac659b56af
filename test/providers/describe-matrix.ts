import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { declaredOf } from '../../src/core/import-webhooks.ts'
import type { ProviderDefinition } from '../../src/core/provider.ts'
import type { DesiredValues } from '../../src/core/value.ts'
import type { Provider } from '../../src/providers/registry.ts'
import type { SwitchValue, VendorSandbox } from '../../src/sandbox/index.ts'
import { standIns } from '../../src/sandbox/stand-ins.ts'
import type { Declared } from './managed-account.ts'
import { key, MatrixTable } from './matrix-table.ts'

export type Reading = Readonly<Record<string, SwitchValue>>

/** What the matrix of a vendor needs to know besides its declaration. */
export interface Matrix {
  readonly settings?: (standIn: VendorSandbox) => DesiredValues
  /** A webhook with every field declared that the vendor takes. */
  readonly webhook: DesiredValues
  /** Somebody else's, in the same scope. */
  readonly foreign: DesiredValues
  /** Puts what no call of ours could make beside it, below the same host. */
  readonly clutter?: (standIn: VendorSandbox, reading: Reading) => void
  /** Changes of each field, each as a patch that holds the field. */
  readonly changes: Readonly<Record<string, readonly DesiredValues[]>>
  /** What somebody does by hand to a stored webhook, by the field that drifts. */
  readonly edits: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** Fields that nobody can edit at the vendor. */
  readonly fixed?: readonly string[]
  /** Fields whose values do not show in a reading: what is edited there cannot be seen. */
  readonly hides?: (reading: Reading) => readonly string[]
  /** Webhooks that count for one quota, by number. */
  readonly crowd?: (number: number) => DesiredValues
  /** Switches for the pace of the tests. */
  readonly always?: Reading
  /** Each value of each switch, other than the default, stands in one of these, … */
  readonly readings: readonly Reading[]
  /** … or in the test of this name, because no webhook can live with it or because it does not touch its life. */
  readonly elsewhere: Readonly<Record<string, string>>
}

/**
 * Holds a vendor to the whole matrix, through the engine and beside a webhook of somebody else: create, update of each
 * field, replace, delete, adopt, import, drift of each field, quota, in every reading of its unknowns.
 */
export function describeMatrix(provider: Provider, matrix: Matrix): void {
  const { type, fields } = provider.definition
  const table = new MatrixTable(provider, matrix)

  beforeAll(() => table.open())
  afterAll(() => table.close())

  describe(`the matrix of ${type}`, () => {
    test('changes every field that can be declared, and edits every field that shows', () => {
      const names = Object.keys(fields)
      const edited = [...Object.keys(matrix.edits), ...(matrix.fixed ?? [])]

      expect(Object.keys(matrix.changes).toSorted()).toEqual(
        names.filter((name) => fields[name]?.presence !== 'vendor').toSorted(),
      )
      expect(names.filter((name) => fields[name]?.read !== 'never' && !edited.includes(name))).toEqual([])
    })

    test('takes every switch of the stand-in in every value', () => {
      expect(unreadSwitches(type, matrix)).toEqual([])
    })
  })

  describe.for([{}, ...matrix.readings])(`${type} %o`, (reading) => {
    beforeEach(() => table.begin(reading))
    afterEach(() => table.end())
    describeRows(table, matrix, reading)
  })

  test.for(singles(matrix))(`${type} %o: a webhook lives its life`, async (reading) => {
    await table.begin(reading)

    await table.settle(matrix.webhook)
    for (const patch of Object.values(matrix.changes).flat()) await table.settle({ ...matrix.webhook, ...patch })
    await table.apply({})

    expect(table.mine()).toEqual([])
    table.end()
  })
}

function describeRows(table: MatrixTable, matrix: Matrix, reading: Reading): void {
  const { webhook, changes, edits, crowd } = matrix
  const { definition } = table.provider

  test('is created, and then there is nothing to do', async () => {
    const { plan } = await table.settle(webhook)

    expect(plan.actions.map(({ kind }) => kind)).toEqual(['create'])
    expect(plan.unmanaged.length).toBeGreaterThan(0)
    expect(table.mine().length).toBeGreaterThan(0)
  })

  test.for(Object.entries(changes).flatMap(([field, patches]) => patches.map((patch) => ({ field, patch }))))(
    'changes $field, and then there is nothing to do',
    async ({ field, patch }) => {
      await table.settle(webhook)

      const { plan } = await table.settle({ ...webhook, ...patch })

      const [action] = plan.actions
      expect(action?.kind).toBe(isReplaced(definition, field) ? 'replace' : 'update')
      expect(action?.changes.map(({ path }) => path.split('.')[0])).toContain(field)
    },
  )

  test('is deleted', async () => {
    await table.settle(webhook)

    const { plan } = await table.apply({})

    expect(plan.actions.map(({ kind }) => kind)).toEqual(['delete'])
    expect(table.mine()).toEqual([])
  })

  test('is adopted by another ledger, without a call that writes', async () => {
    await table.settle(webhook)
    const successor = table.manage()
    for (const [ref, value] of table.account.vault) successor.vault.set(ref, value)
    table.watch.clear()

    const { plan } = await successor.apply({ [key]: webhook })

    expect(plan.actions.map(({ kind }) => kind)).toEqual(['adopt'])
    expect(table.writes()).toEqual([])
    expect((await successor.plan({ [key]: webhook })).actions.map(({ kind }) => kind)).toEqual(['keep'])
  })

  test('is imported so that a plan does nothing', async () => {
    await table.settle(webhook)
    const successor = table.manage()
    table.watch.clear()

    const made = await successor.import()
    const declared = Object.fromEntries(declaredOf(made).map((one) => [one.key, importedFields(one.fields)]))
    const { plan } = await successor.apply(declared)

    expect(Object.keys(declared).length).toBeGreaterThan(1)
    expect(new Set(plan.actions.map(({ kind }) => kind))).toEqual(new Set(['adopt']))
    expect(plan.unmanaged).toEqual([])
    expect(table.writes()).toEqual([])
  })

  test('is made again when somebody has removed it', async () => {
    await table.settle(webhook)
    for (const { id } of table.mine()) table.standIn.webhooks.remove(id)

    expect((await table.account.drift({ [key]: webhook })).map(({ class: found }) => found)).toContain('missing')
    await table.settle(webhook)
  })

  test.for(Object.keys(edits))('drifts in %s, and is mended', async (field) => {
    await table.settle(webhook)
    const [stored] = table.mine()
    table.standIn.webhooks.edit(stored?.id ?? '', edits[field] ?? {})

    const drift = await table.account.drift({ [key]: webhook })
    const isHidden = matrix.hides?.(reading).includes(field) ?? false
    expect(drift.filter(({ class: found }) => found !== 'unmanaged').length > 0).toBe(!isHidden)
    await table.settle(webhook, { allow: { recreate: true } })
  })

  test('stays where nothing is pruned, and goes with all others where all is', async () => {
    await table.settle(webhook)

    const kept = await table.account.plan({}, { prune: 'none' })
    const swept = await table.account.plan({}, { prune: 'all', allow: { empty: true, maxDeletes: { percent: 100 } } })

    expect(kept.actions).toEqual([])
    expect(new Set(swept.actions.map(({ kind }) => kind))).toEqual(new Set(['delete']))
    expect(swept.actions.length).toBeGreaterThan(1)
    expect(swept.unmanaged).toEqual([])
  })

  if (definition.uniqueIdentity !== 'yes') {
    test('has a twin, which is listed and drifts, and goes with --dedupe unless a secret could be lost', async () => {
      await table.settle(webhook)
      const [stored] = table.mine()
      if (stored === undefined) throw new Error('There is nothing to copy.')
      table.standIn.webhooks.put({ ...stored, id: randomUUID() })
      const before = table.mine().length

      const { duplicates, actions } = await table.account.plan({ [key]: webhook })
      const drift = await table.account.drift({ [key]: webhook })
      await table.settle(webhook, { dedupe: true })

      expect(duplicates).toMatchObject([{ key, twins: [{}] }])
      expect(actions.map(({ kind }) => kind)).toEqual(['keep'])
      expect(drift.map(({ class: found }) => found)).toContain('duplicate')
      expect(table.mine()).toHaveLength(definition.serverSecret === undefined ? before - 1 : before)
    })
  }

  if (crowd === undefined) return
  test('is refused beyond the quota, and swapped within it', async () => {
    const hooks = (from: number, to: number): Declared =>
      Object.fromEntries(
        Array.from({ length: to - from }, (_, at) => [`crowd-${from + at}`, crowd(from + at)] as const),
      )
    const room = (definition.quota?.limit ?? 0) - (await table.others(crowd(0)))
    await table.settleAll(hooks(0, room))
    table.watch.clear()

    const { refusals } = await table.account.plan(hooks(0, room + 1))

    expect(refusals.map(({ code }) => code)).toEqual(['HS3014'])
    expect(table.writes()).toEqual([])
    await table.settleAll(hooks(1, room + 1))
    expect(table.mine()).toHaveLength(room)
  })
}

function isReplaced({ update, fields }: ProviderDefinition, field: string): boolean {
  return fields[field]?.change === 'replace' || (update === 'none' && fields[field]?.kind !== 'secret')
}

type Imported = ReturnType<typeof declaredOf>[number]['fields']

function importedFields(fields: Imported): DesiredValues {
  return Object.fromEntries(fields.flatMap((field) => (field.as === 'line' ? [[field.name, field.value]] : [])))
}

/** Each value of each switch that stands in a reading, on its own. */
function singles({ readings }: Matrix): readonly Reading[] {
  const texts = readings.flatMap((reading) =>
    Object.entries(reading).map(([name, value]) => JSON.stringify({ [name]: value })),
  )
  return [...new Set(texts)].map((text) => JSON.parse(text) as Reading)
}

function unreadSwitches(type: string, matrix: Matrix): readonly string[] {
  const read = new Set(singles(matrix).map((reading) => JSON.stringify(reading)))
  const specs = Object.entries(standIns.find(({ name }) => name === type)?.switches ?? {})
  return specs.flatMap(([name, spec]) => {
    const test = matrix.elsewhere[name]
    if (test !== undefined) return readFileSync(join(import.meta.dirname, test), 'utf8').includes(name) ? [] : [name]
    if (typeof spec.default === 'number' && spec.values === undefined) {
      return matrix.readings.some((reading) => name in reading) ? [] : [name]
    }
    const values = spec.values ?? [true, false]
    return values
      .filter((value) => value !== spec.default && !read.has(JSON.stringify({ [name]: value })))
      .map((value) => `${name} ${String(value)}`)
  })
}
