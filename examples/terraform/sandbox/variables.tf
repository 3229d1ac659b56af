variable "sinch" {
  description = "The stand-in of Sinch: what `hooks-sync sandbox` prints."
  type = object({
    base_url   = string
    project_id = string
    app_id     = string
    key_id     = string
    key_secret = string
  })
  sensitive = true
}

variable "sendblue" {
  type = object({
    base_url   = string
    api_key    = string
    api_secret = string
  })
  sensitive = true
}

variable "smallest" {
  type = object({
    base_url = string
    api_key  = string
    agent_id = string
  })
  sensitive = true
}

variable "bird" {
  type = object({
    base_url     = string
    workspace_id = string
    access_key   = string
  })
  sensitive = true
}

variable "tellcasey" {
  type = object({
    base_url = string
    api_key  = string
  })
  sensitive = true
}

variable "receiver" {
  description = "Where the webhooks deliver to."
  type        = string
  default     = "https://hooks.example.com"
}

variable "signing_secret" {
  description = "Signs the deliveries of vendors that let us choose the key. Kept neither in plan nor in state."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "signing_secret_version" {
  description = "Raise it together with a new signing secret."
  type        = number
  default     = 1
}
