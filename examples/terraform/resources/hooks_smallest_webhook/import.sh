# The webhook's id at smallest.ai.
terraform import hooks_smallest_webhook.transcripts '65f1c0de5311236168a10001'
