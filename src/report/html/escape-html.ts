import { escapeMarkup } from '../escape-xml.ts'
import { safeText } from '../safe-text.ts'

/** Makes a string that a vendor or a user wrote harmless in the text and in quoted attributes of a page. */
export function escapeHtml(text: string): string {
  return escapeMarkup(safeText(text))
}

/** Renders data for a script element that is only read: nothing in it can end the element or open a comment. */
export function embedJson(data: unknown): string {
  return JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/gu,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
