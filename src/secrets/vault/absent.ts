import { isFields } from '../document.ts'
import type { KvFault, Spot } from './kv-dialect.ts'
import type { VaultAnswer } from './vault-server.ts'

/** Words an answer that there is nothing; the server's own texts in it tell what is missing. */
export function explainAbsence({ body }: VaultAnswer, { path, mount, below }: Spot, server: string): KvFault {
  const told = JSON.stringify([body['errors'], body['warnings']])
  if (/no handler for route/iu.test(told)) {
    const message = `${server} has no engine at ${mount.path}/.`
    return { kind: 'unavailable', message, hint: 'Check the mount, and the namespace of the store.' }
  }
  if (/versioned K\/V/iu.test(told)) {
    const message = `${mount.path}/ of ${server} is KV version 2, not 1.`
    return { kind: 'malformed', message, hint: 'Set kv: 2 on the store, or leave it out.', isOtherVersion: true }
  }
  const hint =
    below[0] === 'data' ? 'Leave out "data/": it is added for KV version 2.' : 'Check the path and the namespace.'
  return { kind: 'not-found', message: `${server} has nothing at ${path}.`, hint }
}

/** Words a version that is there no more; undefined where the answer tells of none. */
export function explainDeletion({ body }: VaultAnswer, path: string): KvFault | undefined {
  const data = body['data']
  const metadata = isFields(data) ? data['metadata'] : undefined
  if (!isFields(metadata) || typeof metadata['version'] !== 'number') return undefined
  const { version } = metadata
  return metadata['destroyed'] === true
    ? { kind: 'not-found', message: `Version ${version} of ${path} was destroyed.`, hint: 'Store a new one.', version }
    : {
        kind: 'not-found',
        message: `Version ${version} of ${path} was deleted.`,
        hint: `Undelete it (vault kv undelete -versions=${version} ${path}), or store a new one.`,
        version,
      }
}
