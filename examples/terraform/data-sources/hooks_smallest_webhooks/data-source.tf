data "hooks_smallest_webhooks" "all" {
  event = "post-conversation"
}

output "smallest_urls" {
  value = data.hooks_smallest_webhooks.all.webhooks[*].url
}
