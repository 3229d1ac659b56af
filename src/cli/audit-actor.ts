import { hostname, userInfo } from 'node:os'

/** Who runs the program, and how that is known: a variable of the CI, or the account of the machine. */
export interface Actor {
  readonly name: string
  readonly from: string
}

/** Variables in which CI systems name who started a run, the more telling ones first. */
const variables: readonly string[] = [
  'GITHUB_TRIGGERING_ACTOR',
  'GITHUB_ACTOR',
  'GITLAB_USER_LOGIN',
  'BUILD_USER_ID',
  'BUILD_USER',
  'BUILD_REQUESTEDFOREMAIL',
  'BUILD_REQUESTEDFOR',
  'BUILDKITE_BUILD_CREATOR',
  'CIRCLE_USERNAME',
  'BITBUCKET_STEP_TRIGGERER_UUID',
]

/** Finds who a run is for: whom the CI names, else the user of this machine. */
export function findActor(env: Readonly<Record<string, string | undefined>>): Actor {
  for (const from of variables) {
    const name = env[from]?.trim()
    if (name !== undefined && name !== '') return { name, from }
  }
  return { name: `${userName()}@${hostname()}`, from: 'system' }
}

/** A container may run as a user that has no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`
  }
}
