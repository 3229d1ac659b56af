import { TerraformStack, TerraformVariable } from 'cdktf'
import type { Construct } from 'constructs'
import { HooksProvider } from 'hooks-sync/cdktf/provider'
import { SinchWebhook } from 'hooks-sync/cdktf/sinch-webhook'

const receiver = process.env.RECEIVER_URL ?? 'https://hooks.example.com'

/** One webhook beside the service that receives it, by the classes that are made from the provider's schema. */
export class ClassesStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id)

    // What is left out comes from the environment of the engine: SINCH_PROJECT_ID, SINCH_KEY_ID, SINCH_KEY_SECRET.
    new HooksProvider(this, 'hooks', {
      sinch: { region: 'eu', baseUrl: process.env.SINCH_BASE_URL, authUrl: process.env.SINCH_AUTH_URL },
    })

    // An ephemeral variable keeps the key out of plan and state: TF_VAR_signing_secret.
    const signingSecret = new TerraformVariable(this, 'signing_secret', {
      type: 'string',
      sensitive: true,
      nullable: false,
    })
    signingSecret.addOverride('ephemeral', true)

    new SinchWebhook(this, 'deliveries', {
      appId: process.env.SINCH_APP_ID ?? '01E9DQJFPWGZ3N2VPBQHF1ZWAB',
      url: `${receiver}/sinch/deliveries`,
      events: ['MESSAGE_DELIVERY'],
      signingSecretWo: signingSecret.stringValue,
      signingSecretWoVersion: 1,
      lifecycle: { createBeforeDestroy: true },
    })
  }
}
