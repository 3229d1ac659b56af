import { randomBytes } from 'node:crypto'
import type { CloudAnswer, CloudRequest } from '../cloud/cloud-server.ts'

export const token = 'canary-azure-access-token'

interface Version {
  readonly id: string
  readonly text: string
  readonly contentType?: string
  readonly tags?: Readonly<Record<string, string>>
}

/** What Azure documents of the REST API of Key Vault, as far as hooks-sync uses it; keeps state. */
export class KeyVaultStandIn {
  readonly secrets: Map<string, readonly Version[]> = new Map()
  readonly deleted: Set<string> = new Set()
  /** Whom the vault asks for tokens for. */
  resource = 'https://vault.azure.net'

  put(name: string, text: string, rest: Partial<Version> = {}): Version {
    const version = { id: randomBytes(16).toString('hex'), text, ...rest }
    this.secrets.set(name, [...(this.secrets.get(name) ?? []), version])
    return version
  }

  current(name: string): Version | undefined {
    return this.secrets.get(name)?.at(-1)
  }

  serve({ method, path, headers, body }: CloudRequest, origin: string): CloudAnswer {
    if (headers.authorization === undefined) return this.#challenge()
    if (headers.authorization !== `Bearer ${token}`) return azureError(401, 'Unauthorized')
    const [, name = '', id = ''] = /^\/secrets\/([^/?]+)\/?([^/?]*)\?api-version=/.exec(path.replace('%2D', '-')) ?? []
    const versions = this.secrets.get(name) ?? []
    if (method === 'PUT') return this.#set(name, body, origin)
    const version = id === '' ? versions.at(-1) : versions.find((each) => each.id === id)
    if (version === undefined) return azureError(404, 'SecretNotFound')
    if (method === 'DELETE') {
      this.secrets.delete(name)
      this.deleted.add(name)
      return {
        status: 200,
        body: { ...bundleOf(name, version, origin), recoveryId: `${origin}/deletedsecrets/${name}` },
      }
    }
    return { status: 200, body: bundleOf(name, version, origin) }
  }

  #challenge(): CloudAnswer {
    const tenant = 'https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555'
    const challenge = `Bearer authorization="${tenant}", resource="${this.resource}"`
    return { ...azureError(401, 'Unauthorized'), headers: { 'www-authenticate': challenge } }
  }

  #set(name: string, body: string, origin: string): CloudAnswer {
    if (this.deleted.has(name)) return azureError(409, 'Conflict', 'ObjectIsDeletedButRecoverable')
    const { value, contentType, tags } = JSON.parse(body) as {
      value: string
      contentType?: string
      tags?: Record<string, string>
    }
    const rest = { ...(contentType === undefined ? {} : { contentType }), ...(tags === undefined ? {} : { tags }) }
    return { status: 200, body: bundleOf(name, this.put(name, value, rest), origin) }
  }
}

function bundleOf(name: string, { id, text, contentType, tags }: Version, origin: string): object {
  return { id: `${origin}/secrets/${name}/${id}`, value: text, contentType, tags, attributes: { enabled: true } }
}

export function azureError(status: number, code: string, inner?: string): CloudAnswer {
  const innererror = inner === undefined ? {} : { innererror: { code: inner } }
  const headers = { 'x-ms-request-id': '01234567-89ab-cdef-0123-456789abcdef' }
  return { status, headers, body: { error: { code, message: `${token} is not to`, ...innererror } } }
}
