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
  return text
    .split('\n')
    .map((line) => safeText(line).replace(/[\ufffe\uffff]/gu, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`))
    .join('\n')
    .replace(/[&<>"']/gu, (sign) => entities[sign] ?? sign)
}
