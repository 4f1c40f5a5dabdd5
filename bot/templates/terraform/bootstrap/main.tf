# What an account needs before a workflow can use it. A person applies this once, with rights that no workflow has.

provider "aws" {
  region = var.region
  default_tags {
    tags = { "pilothouse:managed" = "true" }
  }
}

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition
}
