import {
  to = hooks_tellcasey_webhook.conversations
  id = "wh_2f6b1c0e9d8a"
}
