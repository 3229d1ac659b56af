import { expect, test } from 'vitest'
import { makeLazyLedger } from '../../src/run/lazy-ledger.ts'
import { noPolicy } from '../../src/trust/policy.ts'
import { findingOf, openNow } from '../engine/ledger/ledger-builders.ts'
import { bucketEnvironment, startBucketServer } from './bucket-server.ts'
import { aSharedPlace } from './ledger-backends.ts'

test('a run that is not trusted with secrets does not reach a shared ledger', async () => {
  const server = await startBucketServer()
  const trust = { policy: noPolicy, doubt: 'it is for a pull request from a fork' }
  const env = bucketEnvironment(server)
  const project = { stores: [], trust }
  const ledger = makeLazyLedger(aSharedPlace('s3://hooks/ledger'), { project, env, homeDir: '/', cwd: '/' })

  const findings = [await findingOf(ledger.read()), await findingOf(openNow(ledger)), await findingOf(ledger.unlock())]

  expect(findings.map(({ code }) => code)).toEqual(['HS2013', 'HS2013', 'HS2013'])
  expect(server.seen).toEqual([])
})
