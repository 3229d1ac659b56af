/** A secret as a reference names it: by its id alone, or in full. */
export interface SecretName {
  /** The id, or `projects/…/secrets/…` (for short, `<project>/<id>`), or `projects/…/locations/…/secrets/…`. */
  readonly path: string
  readonly version?: string
}

const id = '[A-Za-z0-9_-]{1,255}'
const segment = '[A-Za-z0-9:._-]+'
const form = new RegExp(
  `^(?<path>(?:projects/${segment}/(?:locations/${segment}/)?secrets/)?${id})(?:/versions/(?<version>${segment}))?$`,
)

const shortForm = new RegExp(`^(?<project>${segment})/(?<id>${id})$`)

/** Reads the name of a secret; undefined where it is none. */
export function parseSecretName(text: string): SecretName | undefined {
  const short = shortForm.exec(text)?.groups
  const { path, version } = form.exec(text)?.groups ?? {}
  if (short !== undefined) return { path: `projects/${short['project']}/secrets/${short['id']}` }
  if (path === undefined) return undefined
  return { path, ...(version === undefined ? {} : { version }) }
}

/** Returns the full name of a secret, in the project of the store if it does not name its own. */
export function fullName(path: string, project: string): string {
  return path.startsWith('projects/') ? path : `projects/${project}/secrets/${path}`
}
