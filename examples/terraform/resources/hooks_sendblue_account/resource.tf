variable "sendblue_global_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

# Sent with the deliveries of all webhooks that have no signing secret of their own, also of those that are not managed here.
resource "hooks_sendblue_account" "this" {
  global_signing_secret_wo         = var.sendblue_global_secret
  global_signing_secret_wo_version = 1
}
