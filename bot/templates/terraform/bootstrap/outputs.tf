# What goes where afterwards: the README says how.

output "AWS_PLAN_ROLE" {
  description = "A variable of the repository."
  value       = aws_iam_role.plan.arn
}

output "AWS_APPLY_ROLE" {
  description = "A variable of each environment."
  value       = { for environment, role in aws_iam_role.apply : environment => role.arn }
}

output "AWS_PUSH_ROLE" {
  description = "A variable of each environment."
  value       = { for environment, role in aws_iam_role.push : environment => role.arn }
}

output "AWS_IMAGE_ROLE" {
  description = "A variable of the repository, where images go to ECR."
  value       = one(aws_iam_role.images[*].arn)
}

output "bot_role" {
  description = "For costs.accounts[].role of .github/pilothouse.yml."
  value       = one(aws_iam_role.bot[*].arn)
}

output "images" {
  description = "Where images are pushed, by name."
  value       = { for name, repository in aws_ecr_repository.image : name => repository.repository_url }
}

output "backend" {
  description = "The file backend.tf by which this state, too, moves to the bucket."
  value       = <<-HCL
    terraform {
      backend "s3" {
        bucket       = "${var.state_bucket}"
        key          = "bootstrap/terraform.tfstate"
        region       = "${var.region}"
        use_lockfile = true
      }
    }
  HCL
}
