data "hooks_bird_webhooks" "all" {
  event = "whatsapp.inbound"
}

output "bird_urls" {
  value = data.hooks_bird_webhooks.all.webhooks[*].url
}
