# terraform query -generate-config-out=imported.tf
list "hooks_sinch_webhook" "all" {
  provider = hooks

  config {
    app_id = "01E9DQJFPWGZ3N2VPBQHF1ZWAB"
    event  = "MESSAGE_INBOUND"
  }
}
