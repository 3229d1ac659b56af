import {
  to = hooks_sinch_webhook.inbound
  id = "01HXYZ0000000000000000ABCD"
}
