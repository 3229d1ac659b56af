# The webhook's id at Sinch.
terraform import hooks_sinch_webhook.inbound '01HXYZ0000000000000000ABCD'
