# An account has these values once: the id is always "account".
terraform import hooks_sendblue_account.this account
