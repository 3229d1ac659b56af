import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { renderDiagnostic, renderDiagnostics } from '../../src/report/diagnostic-text.ts'
import { toValidateDocument } from '../../src/report/validate-document.ts'
import { wildText } from './any-plan.ts'
import { aDiagnostic, plain } from './build-plan.ts'

const at = { file: 'webhooks.yaml', line: 14, column: 7 }

describe('the text of a finding', () => {
  test('says what is wrong, where, and what to do, with a caret under the source', () => {
    const found = aDiagnostic({
      message: 'Sinch has no event "MESSAGE_INBOUNDN".',
      hint: 'Did you mean "MESSAGE_INBOUND"?',
      at,
      excerpt: '    - MESSAGE_INBOUNDN',
      length: 16,
    })

    expect(renderDiagnostic(found, plain)).toBe(
      [
        'webhooks.yaml:14:7  error HS1004  Sinch has no event "MESSAGE_INBOUNDN".',
        '   14 │     - MESSAGE_INBOUNDN',
        '      │       ^^^^^^^^^^^^^^^^',
        'hint: Did you mean "MESSAGE_INBOUND"?',
        '',
      ].join('\n'),
    )
  })

  test.each([
    [{ provider: 'sinch-eu', key: 'inbound' }, 'sinch-eu/inbound  error HS4004  No.\n'],
    [{ provider: 'sinch-eu' }, 'sinch-eu  error HS4004  No.\n'],
    [{}, 'error HS4004  No.\n'],
  ])('names the account and key where there is no place: %j', (about, expected) => {
    expect(renderDiagnostic(aDiagnostic({ code: 'HS4004', message: 'No.', ...about }), plain)).toBe(expected)
  })

  test('puts the caret under wide characters and tabs', () => {
    const found = aDiagnostic({ at: { ...at, column: 4 }, excerpt: '\t日本x', length: 1 })

    expect(renderDiagnostic(found, plain).split('\n').slice(1, 3)).toEqual(['   14 │  日本x', '      │      ^'])
  })

  test('keeps the marked part in sight of a long line', () => {
    const excerpt = `${'a'.repeat(500)}HERE${'b'.repeat(500)}`

    const [, source = '', caret = ''] = renderDiagnostic(
      aDiagnostic({ at: { ...at, column: 501 }, excerpt, length: 4 }),
      plain,
    ).split('\n')

    expect(source.length).toBeLessThanOrEqual(plain.width)
    expect(source.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('HERE')
  })

  test('sorts findings by place', () => {
    const text = renderDiagnostics(
      [
        aDiagnostic({ message: 'c' }),
        aDiagnostic({ message: 'b', at }),
        aDiagnostic({ message: 'a', at: { ...at, line: 2 } }),
      ],
      plain,
    )

    expect(text.match(/ {2}[abc]$/gm)?.join('')).toBe('  a  b  c')
  })

  test('marks within the line and steers no terminal, wherever it points', () => {
    fc.assert(
      fc.property(
        wildText(),
        wildText(),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 300 }),
        (text, excerpt, column, length) => {
          const rendered = renderDiagnostic(
            aDiagnostic({ message: text, hint: text, excerpt, length, at: { file: text, line: 1, column } }),
            plain,
          )

          expect(rendered.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
          expect(rendered.split('\n')[2]).toMatch(/^ {5}│ *\^+$/)
        },
      ),
    )
  })
})

describe('the document of a validation', () => {
  test('is valid with warnings and not with errors', () => {
    const warning = toValidateDocument({
      providers: 1,
      webhooks: 2,
      diagnostics: [aDiagnostic({ severity: 'warning', excerpt: 'x', at })],
    })
    const error = toValidateDocument({ providers: 1, webhooks: 2, diagnostics: [aDiagnostic()] })

    expect(warning).toEqual({
      format_version: '1.0',
      command: 'validate',
      valid: true,
      summary: { providers: 1, webhooks: 2 },
      diagnostics: [{ code: 'HS1004', severity: 'warning', message: 'Acme has no event "a".', at }],
    })
    expect(error.valid).toBe(false)
  })
})
