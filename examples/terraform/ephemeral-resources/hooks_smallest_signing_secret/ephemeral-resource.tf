ephemeral "hooks_smallest_signing_secret" "transcripts" {
  id = hooks_smallest_webhook.transcripts.id
}

# Into Vault, past plan and state.
resource "vault_kv_secret_v2" "transcripts" {
  mount = "kv"
  name  = "hooks/smallest/transcripts"

  data_json_wo = jsonencode({
    signing_secret = ephemeral.hooks_smallest_signing_secret.transcripts.signing_secret
  })

  # A new webhook has a new secret, so the version follows its id.
  data_json_wo_version = parseint(substr(sha256(hooks_smallest_webhook.transcripts.id), 0, 8), 16)
}
