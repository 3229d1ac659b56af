# The webhook's id at tellcasey.
terraform import hooks_tellcasey_webhook.conversations 'wh_2f6b1c0e9d8a'
