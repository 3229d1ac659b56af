# terraform query -generate-config-out=imported.tf
list "hooks_sendblue_webhook" "all" {
  provider = hooks

  config {
    event = "receive"
  }
}
