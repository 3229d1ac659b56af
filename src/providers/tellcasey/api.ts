import type { ProviderApi } from '../../core/provider.ts'
import type { Connection } from '../connection.ts'

export function connect(connection: Connection): ProviderApi {
  throw new Error(`${connection.account.type} has no API code yet.`)
}
