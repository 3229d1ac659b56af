# Sendblue has no ids: the event types, joined by commas, a bar, and the URL.
terraform import hooks_sendblue_webhook.messages 'receive,outbound|https://hooks.example.com/sendblue/messages'
