import { randomBytes } from 'node:crypto'
import { Secret } from '../core/secret.ts'

const fewestBytes = 16
const mostBytes = 1024

/** Makes a random secret of so many bytes, written in base64url. */
export function generateSecret(bytes: number): Secret {
  if (!Number.isInteger(bytes) || bytes < fewestBytes || bytes > mostBytes) {
    throw new RangeError(`A generated secret has ${fewestBytes} to ${mostBytes} bytes, not ${bytes}.`)
  }
  return new Secret(randomBytes(bytes).toString('base64url'))
}
