terraform {
  required_version = ">= 1.11.0, < 2.0.0"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }

  # Bucket, key and region come from the workflow: terraform init -backend-config=bucket=… The state is locked by a file
  # beside it, so there is no table to make.
  backend "s3" {
    use_lockfile = true
  }
}
