import { uploadSarif } from './code-scanning.mjs'
import { writeComment } from './comment.mjs'
import { GithubApi, GithubError } from './github-api.mjs'
import { writeIssue } from './issue.mjs'
import { addSummary, annotate, runStep, setOutput } from './runner-files.mjs'
import { readToldRun } from './told-run.mjs'

await runStep(async () => {
  const run = readToldRun(process.env)
  addSummary(run.body)
  const api = new GithubApi(process.env)
  switch (run.mode) {
    case 'plan':
      await tellPull(api, run)
      return run.code === 2 ? 0 : run.code
    case 'apply':
      return run.code
    case 'drift':
      return tellDrift(api, run)
  }
})

/**
 * @param {GithubApi} api
 * @param {import('./told-run.mjs').ToldRun} run
 */
async function tellPull(api, run) {
  const pull = run.event.pull_request?.number
  if (typeof pull !== 'number') return
  if (run.isFork) {
    console.log('The pull request is of a fork: the plan is in the summary of the job.')
    return
  }
  await allowed('The plan is in the summary of the job only', 'pull-requests: write', () =>
    writeComment(api, run, pull),
  )
}

/**
 * @param {GithubApi} api
 * @param {import('./told-run.mjs').ToldRun} run
 */
async function tellDrift(api, run) {
  const { sarif, name } = run
  const isTold = await allowed('There is no issue about the drift', 'issues: write', async () => {
    const number = await writeIssue(api, run)
    if (number !== undefined) setOutput('issue', number)
  })
  // A report of what could be read would close findings of what could not.
  if (sarif !== undefined && (run.code === 0 || run.code === 2)) {
    await allowed('Code scanning has no findings', 'security-events: write', () => uploadSarif(api, sarif, name))
  }
  // Drift that nobody is told of must not end as a green job.
  return run.code === 2 && isTold ? 0 : run.code
}

/**
 * Does what the token may not be allowed to do; answers whether it was.
 * @param {string} otherwise
 * @param {string} permission
 * @param {() => Promise<void>} work
 */
async function allowed(otherwise, permission, work) {
  try {
    await work()
    return true
  } catch (error) {
    if (!(error instanceof GithubError) || !error.isDenied) throw error
    annotate('warning', `${otherwise}. It takes the permission "${permission}". ${error.message}`)
    return false
  }
}
