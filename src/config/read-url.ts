import type { UrlKind } from '../core/field.ts'
import { urlPattern } from '../schema/patterns.ts'
import { matchesGlob } from './glob.ts'
import type { Reading } from './reading.ts'
import type { Path } from './source-tree.ts'

const shape = new RegExp(urlPattern, 'u')

/** Finds what a pattern cannot see in a URL: a host that no parser takes, or one that the vendor refuses. */
export function checkUrl(kind: UrlKind, url: string, path: Path, reading: Reading): void {
  const name = String(path.at(-1))
  // What does not even have the shape of a URL is the validator's finding.
  if (!shape.test(url)) return
  if (!URL.canParse(url)) {
    const hint = 'Check the host name and the port.'
    reading.findings.report('HS1003', path, `${name} is not a URL that can be called.`, { hint })
    return
  }
  const { hostname } = new URL(url)
  const refused = (kind.forbiddenHosts ?? []).find((glob) => matchesGlob(hostname, glob.toLowerCase()))
  if (refused === undefined) return
  const hint = `The vendor refuses the host ${refused}.`
  reading.findings.report('HS1012', path, `${reading.title} does not deliver to ${hostname}.`, { hint })
}
