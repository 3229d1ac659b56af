data "hooks_tellcasey_webhooks" "all" {
  event = "conversation.completed"
}

output "tellcasey_urls" {
  value = data.hooks_tellcasey_webhooks.all.webhooks[*].url
}
