terraform {
  required_version = ">= 1.11"

  required_providers {
    hooks = {
      source  = "hooks-sync/hooks"
      version = "~> 0.1"
    }
  }
}

# Credentials come from the environment: SINCH_KEY_ID, SINCH_KEY_SECRET, SENDBLUE_API_API_KEY, …
provider "hooks" {
  sinch = {
    project_id = "0b2f7a52-0a3c-4b61-9d0c-3a3b3b8f5f10"
    region     = "eu"
  }

  bird = {
    workspace_id = "a1405560-c8d3-4b1a-877d-3f449ad95352"
  }

  sendblue  = {}
  smallest  = {}
  tellcasey = {}
}

# A second account of one vendor.
provider "hooks" {
  alias = "us"

  sinch = {
    project_id = "5c1f2d9e-66f2-4a37-9a39-6c1f0c1f4b11"
    region     = "us"
  }
}
