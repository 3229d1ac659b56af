import type { Ports } from '../../src/engine/ports.ts'

class Killed extends Error {}

/** Counts what a run does to ledger, vault and vendor, and ends it at one of these effects: nothing works from then on. */
export class KillSwitch {
  readonly #at: number | undefined
  readonly #look: () => void
  #effects = 0
  #isDead = false

  /** Dies before the effect of a number; `look` is called at each instant between two effects. */
  constructor(at: number | undefined, look: () => void) {
    this.#at = at
    this.#look = look
  }

  get effects(): number {
    return this.#effects
  }

  /** Stands between the engine and what it works with. */
  readonly around = (ports: Ports): Ports => {
    const { api, ledger, vault } = ports
    const { readSecret, recoverSecret } = api
    const reread = api.reread?.bind(api)
    return {
      ...ports,
      api: {
        ...api,
        list: (...given) => this.#run(() => api.list(...given)),
        execute: (...given) => this.#run(() => api.execute(...given)),
        ...(reread === undefined ? {} : { reread: (...given) => this.#run(() => reread(...given)) }),
        ...(readSecret === undefined ? {} : { readSecret: (...given) => this.#run(() => readSecret(...given)) }),
        ...(recoverSecret === undefined
          ? {}
          : { recoverSecret: (...given) => this.#run(() => recoverSecret(...given)) }),
      },
      ledger: {
        record: (change) => this.#run(() => ledger.record(change)),
        entry: (...given) => ledger.entry(...given),
        confirm: () => this.#run(() => ledger.confirm()),
      },
      vault: {
        proveWritable: (target) => this.#run(() => vault.proveWritable(target)),
        store: (...given) => this.#run(() => vault.store(...given)),
        generate: (...given) => this.#run(() => vault.generate(...given)),
        read: (target) => this.#run(() => vault.read(target)),
        remove: (target) => this.#run(() => vault.remove(target)),
      },
    }
  }

  async #run<T>(effect: () => Promise<T>): Promise<T> {
    if (this.#isDead) throw new Killed('The run is over.')
    if (this.#effects === this.#at) {
      this.#isDead = true
      throw new Killed('The run is over.')
    }
    this.#effects += 1
    const outcome = await effect()
    this.#look()
    return outcome
  }
}
