import { safeText } from './safe-text.ts'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Makes a string that a vendor or a user wrote harmless in XML, of which some characters cannot be part at all. */
export function escapeXml(text: string): string {
  return escapeMarkup(
    text
      .split('\n')
      .map((line) => safeText(line).replace(/[\ufffe\uffff]/gu, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`))
      .join('\n'),
  )
}

/** The same for a value of an attribute, in which a plain end of a line would be read as a space. */
export function escapeXmlAttribute(text: string): string {
  return escapeXml(text).replaceAll('\n', '&#10;')
}

/** Writes what markup is made of as entities. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/gu, (sign) => entities[sign] ?? sign)
}
