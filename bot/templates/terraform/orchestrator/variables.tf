variable "region" {
  description = "The region that it stands in."
  type        = string
}

variable "zone" {
  description = "The availability zone, by its letter."
  type        = string
  default     = "a"
}

variable "type" {
  description = "Its instance type, of x86-64."
  type        = string
  default     = "c7a.2xlarge"
}

variable "root_disk" {
  description = "GB of its disk (gp3, encrypted), which outlives it."
  type        = number
  default     = 100
  validation {
    condition     = var.root_disk >= 20 && var.root_disk <= 16384
    error_message = "The disk has 20 to 16384 GB."
  }
}

variable "network_range" {
  description = "The addresses of its network."
  type        = string
  default     = "10.30.0.0/20"
}

variable "models" {
  description = "The models that agents may call, as Amazon Bedrock names them; * is any text."
  type        = list(string)
  default     = ["anthropic.*"]
}
