variable "receiver_token" {
  type      = string
  sensitive = true
  ephemeral = true
}

# tellcasey makes the signing secret; hooks_tellcasey_signing_secret reads it.
resource "hooks_tellcasey_webhook" "conversations" {
  url         = "https://hooks.example.com/casey/conversations"
  description = "Conversations for the archive"
  events      = ["conversation.completed", "conversation.abandoned"]

  # Appended to url, and hidden wherever it is shown.
  url_params_wo         = { token = var.receiver_token }
  url_params_wo_version = 1

  # Every change makes a new webhook: the old one stays until the new one is there.
  lifecycle {
    create_before_destroy = true
  }
}
