import { describe, expect, test } from 'vitest'
import { parseLedgerPlace } from '../../src/shared-ledger/ledger-place.ts'

describe('a place of a ledger', () => {
  test.each(['.hooks-sync/ledger.json', '/var/lib/ledger.json', 'C:\\hooks\\ledger.json', 'a b/c:d', 'ref+vault'])(
    'that is %s is a file',
    (text) => {
      expect(parseLedgerPlace(text)).toEqual({ kind: 'file', path: text })
    },
  )

  test.each([
    ['s3://hooks/ledger', 'hooks', 'ledger'],
    ['s3://my.hooks-1/team/prod/', 'my.hooks-1', 'team/prod'],
  ])('that is %s is a bucket', (text, bucket, prefix) => {
    expect(parseLedgerPlace(text)).toEqual({ kind: 's3', text: `s3://${bucket}/${prefix}`, bucket, prefix })
  })

  test.each([
    ['ref+vault://kv/hooks/ledger/', { path: 'kv/hooks/ledger' }],
    ['ref+openbao://kv/ledger?store=main', { path: 'kv/ledger', store: 'main' }],
  ])('that is %s is a path in a vault', (text, reference) => {
    expect(parseLedgerPlace(text)).toMatchObject({ kind: 'vault', reference: { backend: 'vault', ...reference } })
  })

  test.each([
    ['s3://hooks', 'needs a prefix'],
    ['s3://hooks/', 'needs a prefix'],
    ['s3://Hooks/ledger', 'no name of a bucket'],
    ['s3:///ledger', 'no name of a bucket'],
    ['s3://key:secret@hooks/ledger', 'no name of a bucket'],
    ['s3://hooks/a//b', 'single slashes'],
    ['s3://hooks/a?endpoint=evil', 'single slashes'],
    ['gs://hooks/ledger', 'cannot lie at gs://'],
    ['https://example.com/ledger', 'cannot lie at https://'],
    ['ref+age://secrets.age', 'cannot lie in age'],
    ['ref+awssecrets://ledger', 'cannot lie in awssecrets'],
    ['ref+vault://kv', 'a mount and a path'],
    ['ref+vault://kv/ledger#/field', 'not a field'],
    ['ref+vault://kv/ledger?version=3', 'no version'],
    ['ref+vault://kv/ledger?address=https://evil.example', 'not allowed in a reference'],
    ['ref+nothing://kv/ledger', 'not known'],
  ])('that is %s is refused', (text, problem) => {
    expect(parseLedgerPlace(text)).toMatchObject({ kind: 'fault', message: expect.stringContaining(problem) })
  })
})
