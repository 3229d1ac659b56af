import { DiagnosticError } from '../../core/diagnostic.ts'
import { Secret } from '../../core/secret.ts'
import { isLoopback } from '../../http/allowed-origin.ts'
import { type HttpClient, makeHttpClient } from '../../http/client.ts'
import { isFields } from '../document.ts'
import type { Environment } from '../env/env-store.ts'
import type { StoreCalls } from '../locate.ts'
import type { StoreFault } from '../store.ts'
import { explainVaultError } from './vault-fault.ts'

export interface GithubTokenOptions {
  readonly audience?: string
  readonly env: Environment
  readonly calls: StoreCalls
}

/** The only hosts that the credential of a job may be sent to; the variable with the URL might be anybody's. */
const issuers = ['*.actions.githubusercontent.com']
const server = 'GitHub Actions'

/** Fetches the token with which GitHub Actions says which workflow this job belongs to. */
export async function fetchGithubToken({ audience, env, calls }: GithubTokenOptions): Promise<Secret | StoreFault> {
  const text = env['ACTIONS_ID_TOKEN_REQUEST_URL']
  const bearer = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']
  if (text === undefined || text === '' || bearer === undefined || bearer === '') return noIssuer
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !isIssuer(url)) return foreignIssuer
  const client = makeHttpClient({
    timeoutMs: 10_000,
    ...calls,
    baseUrl: url.origin,
    allowedOrigins: issuers,
    env,
    maxAttempts: 4,
    maxWaitMs: 30_000,
  })
  try {
    return await request(client, url, new Secret(`bearer ${bearer}`), audience)
  } catch (error) {
    if (error instanceof DiagnosticError) return foreignIssuer
    const doing = 'a token for this job'
    return explainVaultError(error, { server, doing, need: permissionHint, showsReason: true })
  } finally {
    await client.close()
  }
}

async function request(
  client: HttpClient,
  url: URL,
  authorization: Secret,
  audience: string | undefined,
): Promise<Secret | StoreFault> {
  const { json } = await client.request({
    method: 'GET',
    path: '/{path}',
    params: { path: url.pathname.split('/').filter((segment) => segment !== '') },
    query: { ...Object.fromEntries(url.searchParams), ...(audience === undefined ? {} : { audience }) },
    headers: { authorization },
    retry: 'idempotent',
  })
  const value = isFields(json) ? json['value'] : undefined
  if (typeof value === 'string' && value !== '') return new Secret(value)
  return { kind: 'malformed', message: `${server} gave no token for this job.`, hint: permissionHint }
}

function isIssuer(url: URL): boolean {
  const isGithub =
    url.protocol === 'https:' && url.port === '' && url.hostname.endsWith('.actions.githubusercontent.com')
  return (isGithub || isLoopback(url)) && url.username === '' && url.password === ''
}

const permissionHint = 'The job needs "permissions: { id-token: write }".'

const noIssuer: StoreFault = {
  kind: 'unauthenticated',
  message: 'There is no token to log in to Vault with: auth.token_env and auth.token_file are not set.',
  hint: `Outside GitHub Actions, set one of them. In GitHub Actions, there is one for the asking: ${permissionHint}`,
}

const foreignIssuer: StoreFault = {
  kind: 'unauthenticated',
  message: 'ACTIONS_ID_TOKEN_REQUEST_URL leads to a host that is not that of GitHub Actions; nothing was sent there.',
  hint: 'GitHub Actions sets it itself; remove what sets it otherwise.',
}
