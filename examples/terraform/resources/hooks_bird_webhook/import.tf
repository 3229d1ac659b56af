import {
  to = hooks_bird_webhook.inbound
  id = "3f0c2a9e-1b2c-4d5e-8f90-0a1b2c3d4e5f,9d8c7b6a-5f4e-4d3c-8b2a-1f0e9d8c7b6a"
}
