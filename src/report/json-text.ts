// JSON.stringify escapes C0 only; what else moves a terminal or reorders text is written as an escape, which reads back the same.
const unsafe =
  /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g

/** Renders a document as indented JSON that no terminal can be steered with. */
export function renderJson(document: unknown): string {
  return escapeUnsafe(JSON.stringify(document, undefined, 2))
}

/** Renders one object as one line of JSON Lines. */
export function renderJsonLine(line: unknown): string {
  return escapeUnsafe(JSON.stringify(line))
}

function escapeUnsafe(json: string): string {
  return json.replace(unsafe, (match) =>
    Array.from({ length: match.length }, (_, index) => escapeUnit(match.charCodeAt(index))).join(''),
  )
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
