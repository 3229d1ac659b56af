const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u
const zero = /\p{Mn}|\p{Me}/u

/** Counts the terminal columns that safe text without colors takes. */
export function textWidth(text: string): number {
  let width = 0
  for (const character of text) width += columnsOf(character)
  return width
}

function columnsOf(character: string): number {
  if (character <= '\u007f') return 1
  if (zero.test(character)) return 0
  return wide.test(character) ? 2 : 1
}

/** Shortens text to a number of characters, saying how many are left out. */
export function clipText(text: string, limit: number): string {
  if (text.length <= limit) return text
  const kept = text.slice(0, limit).replace(/[\ud800-\udbff]$/, '')
  return `${kept}… (${text.length - kept.length} more characters)`
}
