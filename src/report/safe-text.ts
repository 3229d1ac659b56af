/** Control and format characters (C0, C1, DEL, bidi controls, invisible ones), lone surrogates and line separators. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * Makes a string that a vendor or a user wrote harmless for a terminal: what would move the cursor, change colors,
 * reorder or hide text is shown as an escape. The answer is one line.
 */
export function safeText(text: string): string {
  return text.replace(unsafe, (character) => named[character] ?? escapeCharacter(character))
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`
  return `\\u{${code.toString(16)}}`
}
