variable "sendblue_signing_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

resource "hooks_sendblue_webhook" "messages" {
  url    = "https://hooks.example.com/sendblue/messages"
  events = ["receive", "outbound"]

  # Sent word for word in the header sb-signing-secret.
  signing_secret_wo         = var.sendblue_signing_secret
  signing_secret_wo_version = 1

  lifecycle {
    create_before_destroy = true
  }
}

# Only messages to these lines, which works for the event "receive" alone.
resource "hooks_sendblue_webhook" "support" {
  url           = "https://hooks.example.com/sendblue/support"
  events        = ["receive"]
  phone_numbers = ["+14155550100", "+14155550101"]

  lifecycle {
    create_before_destroy = true
  }
}
