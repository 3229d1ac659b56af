import { TerraformOutput, TerraformStack } from 'cdktf'
import type { Construct } from 'constructs'
import { WebhooksFromYaml } from 'hooks-sync/cdktf'

/** What `webhooks.yaml` declares: the file that `hooks-sync plan` reads too. */
export class YamlStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id)
    const { webhooks } = new WebhooksFromYaml(this, 'webhooks', { file: 'webhooks.yaml' })

    new TerraformOutput(this, 'conversations', { value: webhooks['casey/conversations']?.id })
  }
}
