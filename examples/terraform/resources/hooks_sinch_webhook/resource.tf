variable "sinch_signing_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

variable "token_client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

resource "hooks_sinch_webhook" "inbound" {
  app_id = "01E9DQJFPWGZ3N2VPBQHF1ZWAB"
  url    = "https://hooks.example.com/sinch/inbound"
  events = ["MESSAGE_INBOUND", "MESSAGE_DELIVERY"]

  # Kept neither in plan nor in state. Raise the version to have a new value written.
  signing_secret_wo         = var.sinch_signing_secret
  signing_secret_wo_version = 1

  lifecycle {
    create_before_destroy = true
  }
}

# Sinch fetches a token here and shows it to the receiver.
resource "hooks_sinch_webhook" "conversations" {
  app_id  = "01E9DQJFPWGZ3N2VPBQHF1ZWAB"
  url     = "https://hooks.example.com/sinch/conversations"
  events  = ["CONVERSATION_START", "CONVERSATION_STOP"]
  enabled = false

  client_credentials = {
    client_id                = "sinch"
    client_secret_wo         = var.token_client_secret
    client_secret_wo_version = 1
    endpoint                 = "https://login.example.com/oauth2/token"
    scope                    = "deliveries"
  }

  lifecycle {
    create_before_destroy = true
  }
}
