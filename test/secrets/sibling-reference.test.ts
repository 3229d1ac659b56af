import { expect, test } from 'vitest'
import { siblingReference } from '../../src/secrets/sibling-reference.ts'

test.each([
  ['ref+age://secrets.age#/keys/inbound', 'ref+age://secrets.age#/keys/inbound_previous'],
  ['ref+vault://kv/hooks?store=main#/inbound', 'ref+vault://kv/hooks?store=main#/inbound_previous'],
  ['ref+vault://kv/hooks?version=3#/inbound', 'ref+vault://kv/hooks#/inbound_previous'],
  ['ref+awsssm://hooks/inbound', 'ref+awsssm://hooks/inbound_previous'],
  ['ref+gcpsecrets://project/inbound?store=eu', 'ref+gcpsecrets://project/inbound_previous?store=eu'],
  ['ref+azurekeyvault://vault/inbound', 'ref+azurekeyvault://vault/inbound-previous'],
  ['ref+azurekeyvault://vault/hooks#/inbound', 'ref+azurekeyvault://vault/hooks#/inbound_previous'],
  ['ref+age://secrets.age#/a%2Fb', 'ref+age://secrets.age#/a%2Fb_previous'],
])('the place beside %s is %s', (ref, beside) => {
  expect(siblingReference(ref, 'previous')).toBe(beside)
})
