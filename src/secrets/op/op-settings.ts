import { Secret } from '../../core/secret.ts'
import type { Environment } from '../env/env-store.ts'
import type { StoreConfig } from '../store.ts'
import { isText, refuseOtherThan, refuseUnknown, type SettingsFault, textOf } from '../store-options.ts'

/** How 1Password is reached. `token` stands beside the header it is part of, so that output is scrubbed of it alone too. */
export type OpSettings =
  | { readonly method: 'connect'; readonly host: string; readonly token: Secret; readonly authorization: Secret }
  | { readonly method: 'service-account'; readonly token: Secret }

type Method = OpSettings['method']

const hostVariable = 'OP_CONNECT_HOST'
const tokenVariables: { readonly [K in Method]: string } = {
  connect: 'OP_CONNECT_TOKEN',
  'service-account': 'OP_SERVICE_ACCOUNT_TOKEN',
}

/** Reads the settings of a store with backend `op`; what they leave out is taken from the environment. */
export function parseOpSettings(config: StoreConfig | undefined, env: Environment): OpSettings | SettingsFault {
  const fault = config === undefined ? undefined : checkOpSettings(config)
  if (fault !== undefined) return fault
  const options = config?.options ?? {}
  const host = textOf(options, 'host') ?? variable(env, hostVariable)
  const method = chooseMethod(textOf(options, 'method'), host)
  const name = textOf(options, 'token_env') ?? tokenVariables[method]
  const token = variable(env, name)
  if (token === undefined) return noToken(name, config)
  if (method === 'service-account') return { method, token: new Secret(token) }
  if (host === undefined) return noHost(config)
  return { method, host, token: new Secret(token), authorization: new Secret(`Bearer ${token}`) }
}

/** The origin that the environment itself names, to which its token may go. */
export function ownOrigins(env: Environment): readonly string[] {
  const host = variable(env, hostVariable)
  return host !== undefined && URL.canParse(host) ? [new URL(host).origin] : []
}

/** Finds what is wrong with the settings themselves. */
export function checkOpSettings(config: StoreConfig): SettingsFault | undefined {
  return (
    refuseUnknown(config, ['method', 'host', 'token_env']) ??
    refuseOtherThan(config, ['method'], isMethod, '"connect" or "service-account"') ??
    refuseOtherThan(config, ['host'], isText, 'a URL') ??
    refuseOtherThan(config, ['token_env'], isText, 'the name of a variable')
  )
}

function isMethod(value: unknown): value is Method {
  return value === 'connect' || value === 'service-account'
}

/** Connect goes first where both could be used, as in 1Password's own tools. */
function chooseMethod(method: string | undefined, host: string | undefined): Method {
  if (isMethod(method)) return method
  return host === undefined ? 'service-account' : 'connect'
}

function variable(env: Environment, name: string): string | undefined {
  const value = Object.hasOwn(env, name) ? env[name]?.trim() : undefined
  return value === '' ? undefined : value
}

function noToken(name: string, config: StoreConfig | undefined): SettingsFault {
  const message = `${whose(config)} has no token: ${name} is not set.`
  return { message, hint: `Set ${name} where hooks-sync runs; a service account and 1Password Connect each have one.` }
}

function noHost(config: StoreConfig | undefined): SettingsFault {
  const message = `${whose(config)} has no address of 1Password Connect.`
  return { message, hint: `Set ${hostVariable} where hooks-sync runs, or host under "stores:".` }
}

function whose(config: StoreConfig | undefined): string {
  return config === undefined ? '1Password' : `The store "${config.alias}"`
}
