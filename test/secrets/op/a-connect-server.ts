import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listenOn } from '../../http/vendor-server.ts'

type Json = Readonly<Record<string, unknown>>

/** A 1Password Connect server, as its API reference describes it: https://developer.1password.com/docs/connect/api-reference */
export interface ConnectServer {
  readonly url: string
  /** Paths and queries that were asked for, decoded, in order. */
  readonly asked: readonly string[]
}

interface Vault {
  readonly id: string
  readonly name: string
  readonly items: readonly Json[]
}

export interface ConnectWorld {
  readonly vaults: readonly Vault[]
  readonly token?: string
  /** Takes the place of an answer where it returns one. */
  readonly instead?: (path: string, request: IncomingMessage, response: ServerResponse) => boolean
}

export const vaultId = 'vaultaaaaaaaaaaaaaaaaaaaaa'
export const itemId = 'itemaaaaaaaaaaaaaaaaaaaaaa'

/** An item with a field of its own and two sections that share the name of a field. */
export const billing: Json = {
  id: itemId,
  title: 'Billing',
  vault: { id: vaultId },
  category: 'API_CREDENTIAL',
  sections: [{ id: 'add more' }, { id: 'sectlive', label: 'live' }, { id: 'secttest', label: 'test' }],
  fields: [
    { id: 'credential', type: 'CONCEALED', label: 'api key', value: 'canary-api-key' },
    { id: 'notesPlain', type: 'STRING', purpose: 'NOTES', label: 'notesPlain' },
    { id: 'fieldlive', type: 'CONCEALED', label: 'signing secret', value: 'canary-live', section: { id: 'sectlive' } },
    { id: 'fieldtest', type: 'CONCEALED', label: 'signing secret', value: 'canary-test', section: { id: 'secttest' } },
    {
      id: 'fieldaaaaaaaaaaaaaaaaaaaaa',
      type: 'CONCEALED',
      label: 'by id',
      value: 'canary-by-id',
      section: { id: 'secttest' },
    },
  ],
}

export const hooks: Vault = { id: vaultId, name: 'Hooks', items: [billing] }

/** Starts a server that runs until the test ends. */
export async function startConnect(world: ConnectWorld): Promise<ConnectServer> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '')
    asked.push(path)
    if (world.instead?.(path, request, response) === true) return
    const { status, json } = answer(path, request.headers.authorization, world)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
  })
  return { url: `http://127.0.0.1:${await listenOn(server)}`, asked }
}

type Answer = { readonly status: number; readonly json: unknown }

function answer(
  path: string,
  authorization: string | undefined,
  { vaults, token = 'connect-token' }: ConnectWorld,
): Answer {
  if (authorization !== `Bearer ${token}`) return refusal(401, 'Invalid token signature')
  if (path === '/v1/vaults') return { status: 200, json: vaults.map(({ id, name }) => ({ id, name })) }
  const [, vault, item, title] = /^\/v1\/vaults\/(\w+)\/items(?:\/(\w+)|\?filter=title eq "(.*)")$/.exec(path) ?? []
  const items = vaults.find(({ id }) => id === vault)?.items
  if (items === undefined) return refusal(404, 'vault not found')
  if (item === undefined) {
    const found = items.filter((each) => String(each['title']).toLowerCase() === title?.toLowerCase())
    return { status: 200, json: found.map(({ id, title, vault, category }) => ({ id, title, vault, category })) }
  }
  const whole = items.find(({ id }) => id === item)
  return whole === undefined ? refusal(404, 'item not found') : { status: 200, json: whole }
}

function refusal(status: number, message: string): Answer {
  return { status, json: { status, message } }
}
