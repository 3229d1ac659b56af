import { describeVault } from './contract.ts'
import { startFakeVault } from './fake-vault.ts'

describeVault('the fake', async () => {
  const { address, rootToken } = await startFakeVault()
  return { address, token: rootToken }
})

const { HOOKS_SYNC_TEST_VAULT_ADDR: address, HOOKS_SYNC_TEST_VAULT_TOKEN: token } = process.env

if (address !== undefined && token !== undefined) {
  describeVault('the server at HOOKS_SYNC_TEST_VAULT_ADDR', () => Promise.resolve({ address, token }))
}
