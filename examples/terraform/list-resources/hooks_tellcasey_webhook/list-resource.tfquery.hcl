# terraform query -generate-config-out=imported.tf
list "hooks_tellcasey_webhook" "all" {
  provider = hooks

  config {
    event = "conversation.completed"
  }
}
