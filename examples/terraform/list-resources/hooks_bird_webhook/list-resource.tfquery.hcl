# terraform query -generate-config-out=imported.tf
list "hooks_bird_webhook" "all" {
  provider = hooks

  config {
    event = "whatsapp.inbound"
  }
}
