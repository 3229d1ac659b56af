data "hooks_sinch_webhooks" "all" {
  app_id = "01E9DQJFPWGZ3N2VPBQHF1ZWAB"
  event  = "MESSAGE_INBOUND"
}

output "sinch_urls" {
  value = data.hooks_sinch_webhooks.all.webhooks[*].url
}
