import {
  to = hooks_sendblue_account.this
  id = "account"
}
