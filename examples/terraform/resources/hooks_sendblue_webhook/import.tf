import {
  to = hooks_sendblue_webhook.messages
  id = "receive,outbound|https://hooks.example.com/sendblue/messages"
}
