import type { Environment } from '../secrets/env/env-store.ts'
import { type CodeOrigin, readCodeOrigin } from './github-event.ts'

/** Events of GitHub whose run may work on code that somebody without write access has written. */
const pullRequestEvents = /^(?:pull_request(?:_.+)?|workflow_run|issue_comment)$/u

const githubWords: { readonly [K in Exclude<CodeOrigin, 'same-repository'>]: string } = {
  fork: 'it is for a pull request from a fork',
  unknown: 'it is for a pull request, and GitHub does not tell whether from a fork',
}

/** Two facts of a CI system that are the same unless a pull request comes from a fork. */
interface Comparison {
  readonly source: string
  readonly target: string
  readonly words: string
}

const comparisons: readonly Comparison[] = [
  {
    source: 'CI_MERGE_REQUEST_SOURCE_PROJECT_ID',
    target: 'CI_MERGE_REQUEST_PROJECT_ID',
    words: 'it is for a merge request from a fork',
  },
  {
    source: 'CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY',
    target: 'CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY',
    words: 'it is for a pull request from a fork',
  },
]

/**
 * Finds why a run must not be trusted with secrets: it works on code from a fork, or may do so. Undefined where
 * nothing speaks for it. Only facts that the CI system sets itself are asked.
 */
export async function findDoubt(env: Environment): Promise<string | undefined> {
  const found = comparisons.map((facts) => doubtComparison(facts, env)).find((words) => words !== undefined)
  return (await doubtGithub(env)) ?? found ?? doubtBitbucket(env)
}

async function doubtGithub(env: Environment): Promise<string | undefined> {
  if (!pullRequestEvents.test(env['GITHUB_EVENT_NAME'] ?? '')) return undefined
  const origin = await readCodeOrigin(env['GITHUB_EVENT_PATH'])
  return origin === 'same-repository' ? undefined : githubWords[origin]
}

function doubtComparison({ source, target, words }: Comparison, env: Environment): string | undefined {
  const [from, to] = [env[source] ?? '', env[target] ?? '']
  return from === to ? undefined : words
}

/** Bitbucket runs the pipeline of a pull request from a fork in the fork; only then do these two differ. */
function doubtBitbucket(env: Environment): string | undefined {
  const { BITBUCKET_PR_ID: id, BITBUCKET_REPO_FULL_NAME: name, BITBUCKET_GIT_HTTP_ORIGIN: origin } = env
  if (id === undefined || name === undefined || origin === undefined) return undefined
  const isSame = origin
    .toLowerCase()
    .replace(/\.git$/u, '')
    .endsWith(`/${name.toLowerCase()}`)
  return isSame ? undefined : 'it is for a pull request from a fork'
}
