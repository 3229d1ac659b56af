# terraform query -generate-config-out=imported.tf
list "hooks_smallest_webhook" "all" {
  provider = hooks

  config {
    event = "post-conversation"
  }
}
