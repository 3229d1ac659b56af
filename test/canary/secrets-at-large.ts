import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { identityFile, vendors } from './config-text.ts'
import { type FrontName, type Ground, handedIn, oldSecrets, readVault, secretNames, secretValue } from './ground.ts'
import { type Canary, encodings } from './leaks.ts'

/** Secrets that are not kept in the vault. */
const elsewhere: ReadonlySet<string> = new Set(['tellcasey_api_key', 'sendblue_signing'])

/** Lists every secret there is by now, also those that a vendor, a vault or a run has made. */
export async function listCanaries(ground: Ground): Promise<readonly Canary[]> {
  const declared = [...secretNames.map((name) => ({ name, value: secretValue(name) })), ...oldSecrets()]
  const tokens = [ground.env['OTHER_TOKEN'] ?? '', ...tokensOf(ground)]
  const stored = [...(await keptInVault(ground)), ...sentToVault(ground)]
  return [
    ...declared.map(({ name, value }) => ({ name, value, homes: homesOf(name) })),
    ...tokens.map((value) => ({ name: 'a token', value, homes: accessTokens(ground).includes(value) ? sinch : vault })),
    { name: 'the age identity', value: readIdentity(ground), homes: [] },
    ...madeByVendors(ground),
    ...stored.map(({ field, value }) => ({ name: field, value, homes: homesOf(field) })),
  ]
}

const vault: readonly FrontName[] = ['vault']
const sinch: readonly FrontName[] = ['sinch']

/**
 * What a server may say that repeats secrets, in two encodings: those it was told, and where it is a vendor also those
 * that the run has in hand. What a run never saw it cannot know to be a secret.
 */
export function wordsOf(ground: Ground, name: FrontName, encoding: number): string {
  const declared = secretNames.map((secret) => secretValue(secret))
  const candidates = [...tokensOf(ground), ...sentToVault(ground).map(({ value }) => value), ...declared, handedIn]
  const isKnown = (secret: string): boolean => {
    if (hasArrived(ground, name, secret)) return true
    return name !== 'vault' && (declared.includes(secret) || hasArrived(ground, 'vault', secret))
  }
  const known = [...new Set(candidates)].filter(isKnown)
  const pair = [encoding, encoding + 1].flatMap((index) => encodings[index % encodings.length] ?? [])
  return pair.flatMap(({ write }) => known.map(write)).join(' ')
}

function hasArrived({ fronts }: Ground, name: FrontName, secret: string): boolean {
  const inJson = JSON.stringify(secret).slice(1, -1)
  return fronts[name].arrived.some(({ text }) => text.includes(secret) || text.includes(inJson))
}

function tokensOf(ground: Ground): readonly string[] {
  const { env, vault } = ground
  return [env['SECRET_ID'] ?? '', ...vault.access.tokens.keys(), ...accessTokens(ground)]
}

/** Lists the fields that a run stores, or would have stored. */
function sentToVault({ fronts }: Ground): readonly { readonly field: string; readonly value: string }[] {
  return fronts.vault.arrived.flatMap(({ method, path, body }) => {
    if (method === 'GET' || !path.startsWith('/v1/kv/data/') || body === '') return []
    const { data } = JSON.parse(body) as { readonly data: Readonly<Record<string, unknown>> }
    return Object.entries(data ?? {}).flatMap(([field, value]) => (typeof value === 'string' ? [{ field, value }] : []))
  })
}

/** Webhooks of others, with texts that repeat secrets of ours, and one of ours that somebody described so. */
export function plantForeign({ sandbox }: Ground): void {
  const { sinch, smallest, tellcasey } = sandbox.vendors
  const [chat] = sinch.webhooks.all()
  const [calls] = smallest.webhooks.all()
  const [casey] = tellcasey.webhooks.all()
  if (chat === undefined || calls === undefined || casey === undefined)
    throw new Error('The first apply made too little.')
  const description = secretNames.flatMap((name) => encodings.map(({ write }) => write(secretValue(name)))).join(' ')
  const url = 'https://theirs.example.com/'
  smallest.webhooks.edit(calls.id, { description })
  tellcasey.webhooks.put({ ...casey, id: 'plain', url: `${url}plain`, secret: 'whsec_plain+0123456789/abcdefghijkl=' })
  tellcasey.webhooks.put({ ...casey, id: 'theirs', url, description, secret: 'whsec_theirs+0123456789/abcdefghijk=' })
  const target = `${url}?token=${encodeURIComponent(secretValue('sinch_url_token'))}`
  sinch.webhooks.put({ ...chat, id: '01THEIRS000000000000000000', target })
}

function homesOf(name: string): readonly FrontName[] {
  const vendor = vendors.find((known) => name.startsWith(known))
  const homes = vendor === undefined ? [] : [vendor]
  return elsewhere.has(name.replace(', old', '')) ? homes : [...homes, 'vault']
}

function accessTokens({ fronts }: Ground): readonly string[] {
  return fronts.sinch.arrived.flatMap(({ text }) => /\bBearer (\S+)/u.exec(text)?.[1] ?? [])
}

function readIdentity({ root }: Ground): string {
  const text = readFileSync(join(root, 'start', 'home', identityFile), 'utf8')
  return /AGE-SECRET-KEY-\S+/u.exec(text)?.[0] ?? ''
}

function madeByVendors({ sandbox: { vendors } }: Ground): readonly Canary[] {
  return (['smallest', 'tellcasey'] as const).flatMap((vendor) =>
    vendors[vendor].webhooks.all().map(({ secret }) => ({
      name: `a secret made by ${vendor}`,
      value: secret,
      homes: [vendor, 'vault'] as const,
    })),
  )
}

async function keptInVault(ground: Ground): Promise<readonly { readonly field: string; readonly value: string }[]> {
  // Beside the secrets there is what shows that the mount is ready.
  const { ready: _, ...documents } = await readVault(ground)
  return Object.values(documents).flatMap((fields) =>
    Object.entries(fields).flatMap(([field, value]) => (typeof value === 'string' ? [{ field, value }] : [])),
  )
}
