variable "bird_signing_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

# Two Bird subscriptions, one for each event. Adding or removing an event touches only its own.
resource "hooks_bird_webhook" "inbound" {
  service = "channels"
  events  = ["sms.inbound", "whatsapp.inbound"]
  url     = "https://hooks.example.com/bird/inbound"

  signing_secret_wo         = var.bird_signing_secret
  signing_secret_wo_version = 1

  lifecycle {
    create_before_destroy = true
  }
}

# An event must match all filters. A subscription without filters no longer gets what matches here.
resource "hooks_bird_webhook" "delivered" {
  service = "channels"
  events  = ["whatsapp.outbound"]
  url     = "https://hooks.example.com/bird/delivered"

  filters = [
    { key = "channelId", value = "7b3f6a52-0a3c-4b61-9d0c-3a3b3b8f5f10" },
    { key = "messageStatus", value = "delivered" },
  ]

  lifecycle {
    create_before_destroy = true
  }
}
