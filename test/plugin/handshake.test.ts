import { expect, test } from 'vitest'
import { refuseProtocols, renderHandshake } from '../../src/terraform/plugin/handshake.ts'
import { makeLog, wantedLevel } from '../../src/terraform/plugin/log.ts'

const address = { network: 'tcp', text: '127.0.0.1:4000' } as const

test('the certificate goes without padding, whatever its length', () => {
  for (const length of [300, 301, 302]) {
    const certificate = Buffer.alloc(length, 7)
    const [core, protocol, network, place, kind, shown = ''] = renderHandshake(address, certificate, {})
      .trim()
      .split('|')

    expect([core, protocol, network, place, kind]).toEqual(['1', '6', 'tcp', '127.0.0.1:4000', 'grpc'])
    expect(shown).not.toContain('=')
    expect(Buffer.from(shown, 'base64')).toEqual(certificate)
  }
})

test('without encryption the field stays, and a seventh is added only for who asks', () => {
  expect(renderHandshake(address, undefined, {})).toBe('1|6|tcp|127.0.0.1:4000|grpc|\n')
  expect(renderHandshake(address, undefined, { PLUGIN_MULTIPLEX_GRPC: 'true' })).toBe(
    '1|6|tcp|127.0.0.1:4000|grpc||false\n',
  )
})

test('an engine that speaks only protocols of before is told which one is needed', () => {
  expect(refuseProtocols({ PLUGIN_PROTOCOL_VERSIONS: '4,5' })).toContain('protocol 4, 5, this provider 6')
  expect(refuseProtocols({ PLUGIN_PROTOCOL_VERSIONS: '5,6' })).toBeUndefined()
  expect(refuseProtocols({})).toBeUndefined()
})

test('the log has what is asked for, most particular wish first', () => {
  expect(wantedLevel({})).toBeUndefined()
  expect(wantedLevel({ TF_LOG: 'off' })).toBeUndefined()
  expect(wantedLevel({ TF_LOG: 'JSON' })).toBe('trace')
  expect(wantedLevel({ TF_LOG: 'TRACE', TF_LOG_PROVIDER: 'warn' })).toBe('warn')
  expect(wantedLevel({ TF_LOG_PROVIDER: 'warn', TF_LOG_PROVIDER_HOOKS: 'error' })).toBe('error')
})

test('a line of the log is one JSON object with the keys of the engine', () => {
  const lines: string[] = []
  const log = makeLog((line) => lines.push(line), 'info')

  log('debug', 'not wanted')
  log('warn', 'two\nlines', { port: 1 })

  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ '@level': 'warn', '@message': 'two\nlines', port: 1 })
  expect(lines[0]).toMatch(/^[^\n]*"@timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"[^\n]*\n$/u)
})
