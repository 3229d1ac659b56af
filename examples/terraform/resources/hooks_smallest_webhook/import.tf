import {
  to = hooks_smallest_webhook.transcripts
  id = "65f1c0de5311236168a10001"
}
