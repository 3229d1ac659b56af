import { describe, expect, test } from 'vitest'
import { validateRequest } from './validate-request.ts'

const subscriptions = '/workspaces/1f0c1c9e-0000-4000-8000-000000000001/webhook-subscriptions'

describe('a request is held against the description of its vendor', () => {
  test('and passes when it conforms', () => {
    const body = { service: 'channels', event: 'sms.inbound', url: 'https://hooks.example.com/bird' }

    expect(validateRequest('bird', 'GET', subscriptions, { limit: '100' }, undefined)).toEqual([])
    expect(validateRequest('bird', 'POST', subscriptions, {}, body)).toEqual([])
    expect(
      validateRequest('sendblue', 'DELETE', '/api/account/webhooks', {}, { webhooks: ['x'], type: 'receive' }),
    ).toEqual([])
  })

  test.for([
    ['an unknown path', 'GET', '/elsewhere', {}, undefined],
    ['an unknown method', 'PUT', subscriptions, {}, undefined],
    ['an unknown query parameter', 'GET', subscriptions, { surprise: '1' }, undefined],
    ['a query parameter out of its range', 'GET', subscriptions, { limit: '101' }, undefined],
    ['a missing member', 'POST', subscriptions, {}, { service: 'channels', event: 'sms.inbound' }],
    [
      'an unknown member',
      'POST',
      subscriptions,
      {},
      { service: 'channels', event: 'sms.inbound', url: 'https://hooks.example.com/', status: 'active' },
    ],
    ['no body', 'POST', subscriptions, {}, undefined],
    ['a body where none belongs', 'GET', subscriptions, {}, {}],
    ['an empty change', 'PATCH', `${subscriptions}/1f0c1c9e-0000-4000-8000-000000000002`, {}, {}],
  ] as const)('and fails for %s', ([, method, path, query, body]) => {
    expect(validateRequest('bird', method, path, query, body)).not.toEqual([])
  })

  test('and a vendor without a description is an error', () => {
    expect(() => validateRequest('nobody', 'GET', '/', {}, undefined)).toThrow(/no OpenAPI description of nobody/u)
  })
})
