import type { DesiredValue, DesiredValues } from '../../core/value.ts'
import { describeReceivers, type Receivers, readReceiver } from '../../providers/receiver-url.ts'

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
    else this.#forgetPlain(fields['url'], names)
    return isNew
  }

  /** An import takes a URL as it is; only then it is known that a part of it is secret. */
  #forgetPlain(declared: DesiredValue | undefined, names: readonly string[]): void {
    const receivers = { secretParams: new Set(names), plainUrls: new Set<string>() }
    for (const url of this.plainUrls) {
      if (url !== declared && readReceiver(url, receivers)['url'] === declared) this.plainUrls.delete(url)
    }
  }
}
