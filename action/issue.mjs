import { makeOwnTest } from './comment.mjs'
import { withName } from './inputs.mjs'

const label = 'hooks-sync'

/**
 * Opens the one issue about drift, brings it up to date, or closes it; answers with its number where there is one.
 * @param {import('./github-api.mjs').GithubApi} api
 * @param {import('./told-run.mjs').ToldRun} run
 * @returns {Promise<number | undefined>}
 */
export async function writeIssue(api, run) {
  const open = await api.list(`/issues?state=open&labels=${label}`)
  const isOwn = await makeOwnTest(api, run.marker)
  const own = open.find((issue) => issue.pull_request === undefined && isOwn(issue))
  if (run.code === 2) return openIssue(api, run, own)
  // After an error nothing says that the drift is gone.
  if (run.code === 0 && own !== undefined) await closeIssue(api, run, own.number)
  return own?.number
}

/**
 * @param {import('./github-api.mjs').GithubApi} api
 * @param {import('./told-run.mjs').ToldRun} run
 * @param {{ number: number } | undefined} own
 * @returns {Promise<number>}
 */
async function openIssue(api, { body, name }, own) {
  if (own !== undefined) {
    await api.ask('PATCH', `/issues/${own.number}`, { body })
    return own.number
  }
  const title = withName('Webhooks have drifted', name, ': ')
  const { number } = await api.ask('POST', '/issues', { title, body, labels: [label] })
  return number
}

/**
 * @param {import('./github-api.mjs').GithubApi} api
 * @param {import('./told-run.mjs').ToldRun} run
 * @param {number} number
 */
async function closeIssue(api, { url }, number) {
  await api.ask('POST', `/issues/${number}/comments`, { body: `The drift is gone: [log of the run](${url}).` })
  await api.ask('PATCH', `/issues/${number}`, { state: 'closed', state_reason: 'completed' })
}
