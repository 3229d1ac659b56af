# One team, five vendors, deployed to the stand-ins of `hooks-sync sandbox`.
terraform {
  required_version = ">= 1.11"

  required_providers {
    hooks = {
      source  = "hooks-sync/hooks"
      version = "~> 0.1"
    }
  }
}

provider "hooks" {
  sinch = {
    base_url   = var.sinch.base_url
    auth_url   = var.sinch.base_url
    region     = "eu"
    project_id = var.sinch.project_id
    key_id     = var.sinch.key_id
    key_secret = var.sinch.key_secret
  }

  sendblue = {
    base_url   = var.sendblue.base_url
    api_key    = var.sendblue.api_key
    api_secret = var.sendblue.api_secret
  }

  smallest = {
    base_url = var.smallest.base_url
    api_key  = var.smallest.api_key
  }

  bird = {
    base_url     = var.bird.base_url
    workspace_id = var.bird.workspace_id
    access_key   = var.bird.access_key
  }

  tellcasey = {
    base_url = var.tellcasey.base_url
    api_key  = var.tellcasey.api_key
  }
}

resource "hooks_sinch_webhook" "inbound" {
  app_id = nonsensitive(var.sinch.app_id)
  url    = "${var.receiver}/sinch"
  events = ["MESSAGE_INBOUND", "MESSAGE_DELIVERY"]

  signing_secret_wo         = var.signing_secret
  signing_secret_wo_version = var.signing_secret_version

  lifecycle {
    create_before_destroy = true
  }
}

resource "hooks_sendblue_webhook" "messages" {
  url    = "${var.receiver}/sendblue"
  events = ["receive", "outbound"]

  signing_secret_wo         = var.signing_secret
  signing_secret_wo_version = var.signing_secret_version

  lifecycle {
    create_before_destroy = true
  }
}

resource "hooks_smallest_webhook" "calls" {
  url         = "${var.receiver}/smallest"
  description = "Calls of the front desk"

  subscriptions = [
    { agent_id = nonsensitive(var.smallest.agent_id), events = ["post-conversation"] },
  ]
}

resource "hooks_bird_webhook" "inbound" {
  service = "channels"
  url     = "${var.receiver}/bird"
  events  = ["sms.inbound", "whatsapp.inbound"]

  signing_secret_wo         = var.signing_secret
  signing_secret_wo_version = var.signing_secret_version

  lifecycle {
    create_before_destroy = true
  }
}

resource "hooks_tellcasey_webhook" "conversations" {
  url    = "${var.receiver}/casey"
  events = ["conversation.completed", "conversation.abandoned"]

  lifecycle {
    create_before_destroy = true
  }
}

# What there is at Bird, one id for each event.
output "bird_subscriptions" {
  value = hooks_bird_webhook.inbound.subscription_ids
}
