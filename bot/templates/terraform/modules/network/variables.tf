variable "name" {
  description = "What its parts are called."
  type        = string
}

variable "region" {
  description = "The region that it stands in."
  type        = string
}

variable "range" {
  description = "Its addresses."
  type        = string
}

variable "zones" {
  description = "The availability zones that it reaches over, by their letters."
  type        = list(string)
}

variable "outbound" {
  description = "How its machines reach the outside: none (S3 only), endpoints (Systems Manager too) or nat (everything)."
  type        = string
  validation {
    condition     = contains(["none", "endpoints", "nat"], var.outbound)
    error_message = "Outbound is none, endpoints or nat."
  }
}
