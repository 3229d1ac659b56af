import { describeVault } from './contract.ts'
import { startFakeVault } from './fake-vault.ts'

for (const brand of ['vault', 'openbao'] as const) {
  describeVault(`the stand-in for ${brand}`, async () => {
    const { address, rootToken } = await startFakeVault({ brand })
    return { address, token: rootToken }
  })
}

const { HOOKS_SYNC_TEST_VAULT_ADDR: address, HOOKS_SYNC_TEST_VAULT_TOKEN: token } = process.env

if (address !== undefined && token !== undefined) {
  describeVault('the server at HOOKS_SYNC_TEST_VAULT_ADDR', () => Promise.resolve({ address, token }))
}
