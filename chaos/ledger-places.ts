import { startFakeVault } from '../test/secrets/vault/fake-vault.ts'
import { Operator } from '../test/secrets/vault/operator.ts'
import { bucketEnvironment, serveBucket } from '../test/shared-ledger/bucket-server.ts'

/** Where runs keep what they know, and what reaches it. */
export interface LedgerPlace {
  readonly name: string
  /** Whether runs on other machines reach it. */
  readonly isShared: boolean
  /** The address for one round; rounds do not share a ledger. */
  readonly address: (round: number) => string
  readonly env: Readonly<Record<string, string>>
}

/** Opens one place of each kind. */
export async function openLedgerPlaces(atEnd: (close: () => Promise<void>) => void): Promise<readonly LedgerPlace[]> {
  return [
    { name: 'a file', isShared: false, address: () => '.hooks-sync/ledger.json', env: {} },
    await openBucket(atEnd),
    await openVault(atEnd),
  ]
}

async function openBucket(atEnd: (close: () => Promise<void>) => void): Promise<LedgerPlace> {
  const server = await serveBucket('hooks', atEnd)
  return {
    name: 'a bucket',
    isShared: true,
    address: (round) => `s3://hooks/rivals/${round}`,
    env: bucketEnvironment(server),
  }
}

async function openVault(atEnd: (close: () => Promise<void>) => void): Promise<LedgerPlace> {
  const server = await startFakeVault({ atEnd })
  const operator = new Operator({ address: server.address, token: server.rootToken })
  await operator.mountKv('kv', 2)
  return {
    name: 'a vault',
    isShared: true,
    address: (round) => `ref+vault://kv/rivals/${round}`,
    env: { VAULT_ADDR: server.address, VAULT_TOKEN: server.rootToken },
  }
}
