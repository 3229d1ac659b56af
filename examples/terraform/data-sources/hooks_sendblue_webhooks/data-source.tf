data "hooks_sendblue_webhooks" "all" {
  event = "receive"
}

output "sendblue_urls" {
  value = data.hooks_sendblue_webhooks.all.webhooks[*].url
}
