/**
 * @typedef {import('./github-api.mjs').GithubApi} GithubApi
 * @typedef {import('./told-run.mjs').ToldRun} ToldRun
 */

/**
 * Writes the one comment of a pull request, or brings it up to date.
 * @param {GithubApi} api
 * @param {ToldRun} run
 * @param {number} pull
 */
export async function writeComment(api, run, pull) {
  const comments = await api.list(`/issues/${pull}/comments`)
  const isOwn = await makeOwnTest(api, run.marker)
  const own = comments.find(isOwn)
  if (own === undefined) await api.ask('POST', `/issues/${pull}/comments`, { body: run.body })
  else await api.ask('PATCH', `/issues/comments/${own.id}`, { body: run.body })
}

/**
 * Makes the test for what this action has written: anybody can write the marker, and would be left with a text to edit.
 * @param {GithubApi} api
 * @param {string} marker
 * @returns {Promise<(written: any) => boolean>}
 */
export async function makeOwnTest(api, marker) {
  const login = await api.whoAmI()
  return ({ body, user }) =>
    typeof body === 'string' &&
    body.startsWith(marker) &&
    (login === undefined ? user?.type === 'Bot' : user?.login === login)
}
