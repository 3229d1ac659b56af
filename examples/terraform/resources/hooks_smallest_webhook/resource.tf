variable "receiver_token" {
  type      = string
  sensitive = true
  ephemeral = true
}

# Without create_before_destroy: the organization takes each URL once.
resource "hooks_smallest_webhook" "transcripts" {
  url         = "https://hooks.example.com/smallest/transcripts"
  description = "Transcripts for the archive"

  subscriptions = [
    {
      agent_id = "60d0fe4f5311236168a109ca"
      events   = ["post-conversation", "analytics-completed"]
    },
  ]

  headers_wo = {
    X-Team        = "voice"
    Authorization = "Bearer ${var.receiver_token}"
  }
  headers_wo_version = 1
}
