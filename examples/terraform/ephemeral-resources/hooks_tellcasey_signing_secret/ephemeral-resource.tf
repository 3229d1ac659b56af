ephemeral "hooks_tellcasey_signing_secret" "conversations" {
  id = hooks_tellcasey_webhook.conversations.id
}

# Into Vault, past plan and state.
resource "vault_kv_secret_v2" "conversations" {
  mount = "kv"
  name  = "hooks/tellcasey/conversations"

  data_json_wo = jsonencode({
    signing_secret = ephemeral.hooks_tellcasey_signing_secret.conversations.signing_secret
  })

  # A new webhook has a new secret, so the version follows its id.
  data_json_wo_version = parseint(substr(sha256(hooks_tellcasey_webhook.conversations.id), 0, 8), 16)
}
