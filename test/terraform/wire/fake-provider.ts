import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CtyObject, type CtyValue, Unknown } from '../../../src/terraform/cty/value.ts'
import type {
  ApplyRequest,
  DataSource,
  EphemeralResource,
  ListResource,
  ManagedResource,
  PlanRequest,
  Provider,
} from '../../../src/terraform/provider.ts'
import { fakeSchema } from './fake-schema.ts'

const nothing = new Uint8Array()
const fine = { diagnostics: [] } as const
const tooEarly = { diagnostics: [{ severity: 'error', summary: 'Nobody knows where yet.' }], isTooEarly: true } as const

/** Reads a text; whatever else stands there is none. */
function text(value: CtyValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** Opens a provider whose objects are files of a directory; the engine tells it apart from a real one by nothing. */
export async function openFakeProvider(): Promise<Provider> {
  const remote = new Remote()
  return {
    schema: fakeSchema,
    validateConfig: async () => fine,
    configure: async ({ directory }) => {
      remote.directory = text(directory)
      remote.isKnown = !(directory instanceof Unknown)
      return fine
    },
    resources: { hooks_thing: makeThing(remote) },
    dataSources: { hooks_things: makeThings(remote) },
    ephemeralResources: { hooks_ticket: makeTicket(remote) },
    listResources: { hooks_thing: makeThingList(remote) },
    close: async () => undefined,
  }
}

/** What is live: one file for each object. */
class Remote {
  directory = ''
  isKnown = true

  ids(): readonly string[] {
    if (!existsSync(this.directory)) return []
    return readdirSync(this.directory)
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -5))
      .toSorted()
  }

  read(id: CtyValue | undefined): CtyObject | null {
    const path = this.#path(text(id))
    return existsSync(path) ? fromText(readFileSync(path, 'utf8')) : null
  }

  write(id: string, state: CtyObject): void {
    mkdirSync(this.directory, { recursive: true })
    writeFileSync(this.#path(id), toText(state))
  }

  remove(id: CtyValue | undefined): void {
    rmSync(this.#path(text(id)), { force: true })
  }

  /** Secrets are kept beside, as a vendor keeps them: written, never read back. */
  keepSecret(id: string, secret: CtyValue | undefined): void {
    writeFileSync(join(this.directory, `${id}.secret`), text(secret))
  }

  #path(id: string): string {
    return join(this.directory, `${id}.json`)
  }
}

/** JSON, with whole numbers of 64 bits as text. */
function toText(state: CtyObject): string {
  return JSON.stringify(state, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))
}

/** The same text for the same thing, in whatever order its names and members come. */
function canonical(thing: CtyObject): string {
  const set = (value: CtyValue | undefined): readonly string[] =>
    Array.isArray(value) ? value.map((each: CtyValue) => canonical({ each })).toSorted() : []
  const { set: texts, many, ...rest } = thing
  return JSON.stringify([sorted(rest), set(texts), set(many)])
}

function sorted(value: CtyValue): unknown {
  if (typeof value === 'bigint') return `${value}`
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, each]) => [name, sorted(each)])
}

function fromText(text: string): CtyObject {
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'string' && /^\d{16,}$/u.test(value) ? BigInt(value) : value,
  ) as CtyObject
}

function makeThing(remote: Remote): ManagedResource {
  return {
    validate: async ({ name, size }) => {
      if (name === 'forbidden') {
        return { diagnostics: [{ severity: 'error', summary: 'That name is forbidden.', path: ['name'] }] }
      }
      if (size === 13) {
        return { diagnostics: [{ severity: 'warning', summary: 'That size is unlucky.', path: ['size'] }] }
      }
      return fine
    },
    plan: async (request) => planThing(request),
    apply: (request, signal) => applyThing(request, remote, signal),
    read: async ({ state, private: kept }) => {
      if (state['mistake'] === 'throw in read') throw new Error(`no luck with ${text(state['token'])}`)
      const live = remote.read(state['id'])
      return { ...fine, state: live, private: kept, ...(live === null ? {} : { identity: { id: live['id'] ?? null } }) }
    },
    import: async (request) => {
      if (!remote.isKnown) return { ...tooEarly, state: null, private: nothing }
      const id = 'id' in request ? request.id : text(request.identity['id'])
      const live = remote.read(id)
      if (live !== null) return { ...fine, state: live, private: nothing, identity: { id } }
      return {
        diagnostics: [{ severity: 'error', summary: `There is no thing ${id}.` }],
        state: null,
        private: nothing,
      }
    },
    upgrade: async ({ version, state }) => ({
      ...fine,
      state: { ...(state as CtyObject), name: `upgraded from ${version}` },
    }),
  }
}

function planThing({ prior, proposed, config, priorPrivate }: PlanRequest): ReturnType<ManagedResource['plan']> {
  if (proposed === null) return Promise.resolve({ ...fine, planned: null, requiresReplace: [], private: priorPrivate })
  const changed = prior !== null && canonical(prior) !== canonical(withoutSecrets(proposed))
  const planned: CtyObject = {
    ...proposed,
    id: prior?.['id'] ?? Unknown.value,
    on: config?.['on'] ?? prior?.['on'] ?? true,
    updates: prior !== null && !changed ? (prior['updates'] ?? null) : Unknown.value,
    // The secret stays in: taking it out is what the wire half has to do by itself.
  }
  const requiresReplace = prior !== null && prior['zone'] !== proposed['zone'] ? [['zone']] : []
  return Promise.resolve({ ...fine, planned, requiresReplace, private: Buffer.from('planned') })
}

async function applyThing(
  { prior, planned, config }: ApplyRequest,
  remote: Remote,
  signal: AbortSignal,
): ReturnType<ManagedResource['apply']> {
  if (planned === null) {
    remote.remove(prior?.['id'])
    return { ...fine, state: null, private: nothing }
  }
  if (planned['mistake'] === 'throw in apply') throw new Error(`no luck with ${text(planned['token'])}`)
  if (planned['mistake'] === 'hang in apply') await aborted(signal)
  const id = prior === null ? `thing-${text(planned['name'])}` : text(prior['id'])
  const updates = prior === null ? 0 : Number(prior['updates']) + 1
  const state = { ...planned, id, updates }
  remote.write(id, withoutSecrets(state))
  if (config?.['secret_wo'] !== undefined && config['secret_wo'] !== null) remote.keepSecret(id, config['secret_wo'])
  const mistake = mistakes[text(planned['mistake'])]
  if (mistake !== undefined) return { ...fine, state: mistake(state), private: nothing }
  if (planned['mistake'] === 'fail half-way') {
    return { diagnostics: [{ severity: 'error', summary: 'Only half of it was done.' }], state, private: nothing }
  }
  // Here too the secret stays in.
  return { ...fine, state: { ...state, secret_wo: config?.['secret_wo'] ?? null }, private: nothing, identity: { id } }
}

/** What an apply may get wrong, by the name under which a configuration asks for it. */
const mistakes: Readonly<Record<string, ((state: CtyObject) => CtyObject) | undefined>> = {
  'leave a value unknown': (state) => ({ ...state, updates: Unknown.value }),
  'differ from the plan': (state) => ({ ...state, token: 'other' }),
  'answer an empty list for none': (state) => ({ ...state, list: [] }),
  'leave out what is null': (state) => Object.fromEntries(Object.entries(state).filter(([, value]) => value !== null)),
  'invent an attribute': (state) => ({ ...state, invented: true }),
  'answer a list for a text': (state) => ({ ...state, token: [] }),
  'end the process': () => process.exit(3),
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => reject(new Error('The call was stopped.'))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}

function withoutSecrets(state: CtyObject): CtyObject {
  const { secret_wo: _secret, one, named, ...rest } = state
  const bare = (point: CtyValue | undefined): CtyValue =>
    typeof point === 'object' && point !== null ? Object.assign({}, point, { pin_wo: null }) : null
  const all = typeof named === 'object' && named !== null ? Object.entries(named) : undefined
  const kept = all === undefined ? null : Object.fromEntries(all.map(([name, point]) => [name, bare(point)]))
  return { ...rest, one: bare(one), named: kept, secret_wo: null }
}

function makeThings(remote: Remote): DataSource {
  return {
    validate: async () => fine,
    read: async ({ prefix }) => {
      if (!remote.isKnown) return { ...tooEarly, state: null }
      const ids = remote.ids().filter((id) => id.startsWith(text(prefix)))
      return { ...fine, state: { prefix: prefix ?? null, ids } }
    },
  }
}

function makeTicket(remote: Remote): EphemeralResource {
  return {
    validate: async () => fine,
    open: async ({ thing_id: id }) => {
      if (!remote.isKnown) return { ...tooEarly, result: null }
      if (remote.read(id) === null) {
        const summary = `There is no thing ${text(id)}.`
        return { diagnostics: [{ severity: 'error', summary, path: ['thing_id'] }], result: null }
      }
      return { ...fine, result: { thing_id: id ?? null, ticket: `ticket-of-${text(id)}` } }
    },
  }
}

function makeThingList(remote: Remote): ListResource {
  return {
    validate: async () => fine,
    list: async function* list({ config, withResource, limit }) {
      const ids = remote.ids().filter((id) => id.startsWith(text(config['prefix'])))
      for (const id of ids.slice(0, limit)) {
        const resource = remote.read(id)
        const whole = withResource && resource !== null ? { resource } : {}
        yield { ...fine, displayName: `Thing ${id}`, identity: { id }, ...whole }
      }
    },
  }
}
