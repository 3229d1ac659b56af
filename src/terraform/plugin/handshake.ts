const cookieName = 'TF_PLUGIN_MAGIC_COOKIE'
const cookieValue = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2'

export type Environment = Readonly<Record<string, string | undefined>>

/** Where a plugin listens. */
export interface Address {
  readonly network: 'unix' | 'tcp'
  /** A path, or `127.0.0.1:port`. */
  readonly text: string
}

/** Tells whether an engine has started this process, and not a person. */
export function isStartedByEngine(env: Environment): boolean {
  return env[cookieName] === cookieValue
}

/** Tells what is wrong with the protocols that the engine offers; undefined where it speaks ours. */
export function refuseProtocols({ PLUGIN_PROTOCOL_VERSIONS: offered = '' }: Environment): string | undefined {
  const versions = offered.split(',').filter((version) => version.trim() !== '')
  if (versions.length === 0 || versions.some((version) => Number(version) === 6)) return undefined
  return `The engine speaks plugin protocol ${versions.join(', ')}, this provider 6: use Terraform or OpenTofu 1.8 or later.`
}

/** Words the line by which the engine learns where to connect; the certificate goes without padding. */
export function renderHandshake(address: Address, certificate: Uint8Array | undefined, env: Environment): string {
  const shown = certificate === undefined ? '' : Buffer.from(certificate).toString('base64').replaceAll('=', '')
  const fields = ['1', '6', address.network, address.text, 'grpc', shown]
  // Only who asks for it can read a seventh field; nothing is multiplexed here.
  const asks = (env['PLUGIN_MULTIPLEX_GRPC'] ?? '') !== ''
  return `${[...fields, ...(asks ? ['false'] : [])].join('|')}\n`
}
