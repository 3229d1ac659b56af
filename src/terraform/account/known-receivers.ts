import type { DesiredValues } from '../../core/value.ts'
import { describeReceivers, type Receivers } from '../../providers/receiver-url.ts'

/** What states and configurations have said about receivers so far; grows while the engine walks its graph. */
export class KnownReceivers implements Receivers {
  readonly secretParams: Set<string> = new Set()
  readonly plainUrls: Set<string> = new Set()

  /** Adds what declared fields say; true where a name is new, so that what was read before may show a secret in clear. */
  learn(fields: DesiredValues, formerParams: readonly string[] = []): boolean {
    const { secretParams, plainUrls } = describeReceivers([fields])
    const names = [...secretParams, ...formerParams]
    const isNew = names.some((name) => !this.secretParams.has(name))
    for (const name of names) this.secretParams.add(name)
    if (names.length === 0) for (const url of plainUrls) this.plainUrls.add(url)
    return isNew
  }
}
