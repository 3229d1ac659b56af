/** Shortest text that is searched for. Anything shorter would be found in text that has nothing to do with the secret. */
export const shortestForm = 8

/** Lists the forms in which a value may turn up in output: as it is, and in each encoding that output may pass through. */
export function scrubForms(value: string): readonly string[] {
  const lines = value.split(/\r?\n/)
  const texts = lines.length > 1 ? [value, ...lines] : [value]
  const forms = texts.filter((text) => text.length >= shortestForm).flatMap(formsOf)
  return [...new Set(forms)].filter((form) => form.length >= shortestForm)
}

function formsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text, 'utf8')
  const hex = bytes.toString('hex')
  const binaryForms = [...base64Forms(bytes), hex, hex.toUpperCase()]
  // Text encodings change nothing in most secrets.
  if (/^[A-Za-z0-9_-]*$/.test(text)) return [text, ...binaryForms]
  return [text, ...jsonForms(text), ...percentForms(text), ...htmlForms(text), ...binaryForms]
}

/** JSON, and what `util.inspect` prints, which escapes alike but not always the same quotes. */
function jsonForms(text: string): readonly string[] {
  const json = escapeJson(text)
  const inspected = json.replaceAll('\\"', '"')
  const escaped = [json, escapeAscii(json), json.replaceAll('/', '\\/')]
  // What a vendor says may hold JSON, and is escaped once more where it is told as JSON or YAML.
  return [...escaped, ...escaped.map(escapeJson), inspected, inspected.replaceAll("'", "\\'")]
}

function escapeJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

function escapeAscii(text: string): string {
  return text.replaceAll(/[\u0080-\uFFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function percentForms(text: string): readonly string[] {
  // A lone surrogate has no UTF-8 form and would throw.
  const sound = text.toWellFormed()
  const component = encodeURIComponent(sound)
  const strict = component.replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
  const form = new URLSearchParams([['', sound]]).toString().slice(1)
  const forms = [component, strict, form, encodeURI(sound)]
  return forms.flatMap((encoded) => [encoded, encoded.replaceAll(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase())])
}

function htmlForms(text: string): readonly string[] {
  const base = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const quoted = base.replaceAll('"', '&quot;')
  return [base, quoted, ...['&#39;', '&#x27;', '&apos;'].map((apostrophe) => quoted.replaceAll("'", apostrophe))]
}

/**
 * Base64 of the value alone and within a longer text. There, where the value starts in a group of three bytes decides how
 * it looks, and the characters at its rims also depend on its neighbors, so only those in between are searched for.
 */
function base64Forms(bytes: Buffer): readonly string[] {
  return (['base64', 'base64url'] as const).flatMap((alphabet) => [
    bytes.toString(alphabet),
    ...[0, 1, 2].map((offset) => {
      const shifted = Buffer.concat([Buffer.alloc(offset), bytes])
      return shifted.toString(alphabet).slice(Math.ceil((offset * 8) / 6), Math.floor((shifted.length * 8) / 6))
    }),
  ])
}
