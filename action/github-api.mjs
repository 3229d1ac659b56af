import { setTimeout as wait } from 'node:timers/promises'

const pageSize = 100
const timeLimitMs = 30_000
const pausesMs = [1000, 3000]

/** An answer of GitHub that is no success. */
export class GithubError extends Error {
  /**
   * @param {string} request
   * @param {number} status
   * @param {string} message
   */
  constructor(request, status, message) {
    super(`GitHub answered ${request} with ${status}: ${message}`)
    this.status = status
  }

  /** Whether the token may not do it, or the repository does not have it. */
  get isDenied() {
    return this.status === 401 || this.status === 403 || this.status === 404 || this.status === 410
  }
}

/** Speaks to the REST API about one repository. */
export class GithubApi {
  /** @param {Readonly<Record<string, string | undefined>>} env */
  constructor(env) {
    this.base = (env['GITHUB_API_URL'] ?? 'https://api.github.com').replace(/\/$/u, '')
    this.repository = `/repos/${env['GITHUB_REPOSITORY'] ?? ''}`
    this.token = env['ACTION_TOKEN'] ?? ''
  }

  /**
   * Sends a request below the repository and answers with the body.
   * @param {'GET' | 'POST' | 'PATCH'} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  async ask(method, path, body) {
    const response = await this.#send(method, `${this.repository}${path}`, body)
    return response.status === 204 ? undefined : response.json()
  }

  /**
   * Reads all pages of a list.
   * @param {string} path
   * @returns {Promise<readonly any[]>}
   */
  async list(path) {
    const found = []
    const joint = path.includes('?') ? '&' : '?'
    for (let page = 1; ; page += 1) {
      const items = await this.ask('GET', `${path}${joint}per_page=${pageSize}&page=${page}`)
      found.push(...items)
      if (items.length < pageSize) return found
    }
  }

  /**
   * Reads a file; GitHub sends it from another host, which does not get the token.
   * @param {string} path
   */
  async download(path) {
    const response = await this.#send('GET', `${this.repository}${path}`)
    return Buffer.from(await response.arrayBuffer())
  }

  /** Names the user of the token; the token of a job belongs to none. */
  async whoAmI() {
    try {
      const response = await this.#send('GET', '/user')
      const { login } = /** @type {{ login: string }} */ (await response.json())
      return login
    } catch (error) {
      if (error instanceof GithubError && error.isDenied) return undefined
      throw error
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  async #send(method, path, body) {
    for (let tries = 0; ; tries += 1) {
      const pause = method === 'GET' ? pausesMs[tries] : undefined
      try {
        return await this.#sendOnce(method, path, body)
      } catch (error) {
        // Only what reads is tried again: a comment whose answer was lost must not be written twice.
        if (pause === undefined || (error instanceof GithubError && error.status < 500)) throw error
        await wait(pause)
      }
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  async #sendOnce(method, path, body) {
    const response = await fetch(`${this.base}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${this.token}`,
        'user-agent': 'hooks-sync-action',
        'x-github-api-version': '2022-11-28',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal: AbortSignal.timeout(timeLimitMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (response.ok) return response
    const text = await response.text()
    throw new GithubError(`${method} ${path.split('?')[0]}`, response.status, readMessage(text))
  }
}

/** @param {string} text */
function readMessage(text) {
  try {
    return String(JSON.parse(text).message)
  } catch {
    return text.slice(0, 200)
  }
}
