import { bird } from './bird.ts'
import type { BirdSettings, BirdWebhook } from './bird-account.ts'
import { sendblue } from './sendblue.ts'
import type { SendblueSettings, SendblueWebhook } from './sendblue-account.ts'
import { sinch } from './sinch.ts'
import type { SinchSettings, SinchWebhook } from './sinch-account.ts'
import { smallest } from './smallest.ts'
import type { SmallestSettings, SmallestWebhook } from './smallest-account.ts'
import type { StandIn } from './stand-in.ts'
import { type TellcaseySettings, type TellcaseyWebhook, tellcasey } from './tellcasey.ts'
import type { VendorSandbox } from './vendor.ts'

/** The vendors of a sandbox by name; one that was not started is absent. */
export interface SandboxVendors {
  readonly sinch: VendorSandbox<SinchWebhook, SinchSettings>
  readonly sendblue: VendorSandbox<SendblueWebhook, SendblueSettings>
  readonly smallest: VendorSandbox<SmallestWebhook, SmallestSettings>
  readonly bird: VendorSandbox<BirdWebhook, BirdSettings>
  readonly tellcasey: VendorSandbox<TellcaseyWebhook, TellcaseySettings>
  readonly [name: string]: VendorSandbox
}

/** Every stand-in there is. */
export const standIns: readonly StandIn[] = [sinch, sendblue, smallest, bird, tellcasey]

/** The names that `startSandbox` takes in `vendors`. */
export const standInNames: readonly string[] = standIns.map(({ name }) => name)
