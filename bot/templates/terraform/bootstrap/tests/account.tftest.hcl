# terraform test: who may become which role, and what the buckets keep.

mock_provider "aws" {
  override_during = plan
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef" }
  }
  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::123456789012:policy/pilothouse-boundary" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::acme" }
  }
}

variables {
  repository       = "acme/breakwater"
  repository_id    = 456789
  owner_id         = 123456
  region           = "us-east-1"
  regions          = ["us-east-1", "eu-central-1"]
  state_bucket     = "acme-state"
  artifacts_bucket = "acme-artifacts"
  environments     = ["staging", "production", "test"]
  agent_instances  = ["i-0123456789abcdef0"]
  bot_principal    = "arn:aws:iam::123456789012:role/pilothouse-process"
}

run "an_environment_has_roles_of_its_own" {
  command = plan
  assert {
    condition     = toset(keys(output.AWS_APPLY_ROLE)) == toset(var.environments) && toset(keys(output.AWS_PUSH_ROLE)) == toset(var.environments)
    error_message = "one that applies and one that pushes for each"
  }
  assert {
    condition = alltrue([for environment, role in aws_iam_role.apply :
      toset(jsondecode(role.assume_role_policy).Statement[0].Condition.StringLike["token.actions.githubusercontent.com:sub"]) == toset([
        "repo:acme/breakwater:environment:${environment}",
        "repo:acme@123456/breakwater@456789:environment:${environment}",
    ])])
    error_message = "only jobs of the environment apply, whichever way GitHub writes the repository"
  }
  assert {
    condition = toset(jsondecode(aws_iam_role.plan.assume_role_policy).Statement[0].Condition.StringLike["token.actions.githubusercontent.com:sub"]) == toset([
      "repo:acme/breakwater:ref:refs/heads/main",
      "repo:acme@123456/breakwater@456789:ref:refs/heads/main",
    ])
    error_message = "only workflows of the default branch plan, never those of a pull request"
  }
  assert {
    condition     = length(aws_iam_role.images) == 0
    error_message = "no role for images unless there are some"
  }
}

run "the_planner_changes_nothing" {
  command = plan
  assert {
    condition = alltrue(flatten([for statement in jsondecode(aws_iam_role_policy.plan.policy).Statement : [
      for action in flatten([statement.Action]) : can(regex("^(ec2:(Describe|Get)|iam:(Get|List)|route53:(Get|List)|ssm:GetParameters?$|s3:(GetObject|ListBucket)$|budgets:(View|List)|pricing:Get|kms:(Decrypt|GenerateDataKey)$)", action))
      || can(regex("^LeavePlans$", statement.Sid))
    ]]))
    error_message = "it reads, and leaves its plans"
  }
}

run "buckets_are_private_versioned_and_encrypted" {
  command = plan
  assert {
    condition     = alltrue([for bucket in aws_s3_bucket_public_access_block.this : bucket.block_public_acls && bucket.block_public_policy && bucket.ignore_public_acls && bucket.restrict_public_buckets])
    error_message = "nothing is public"
  }
  assert {
    condition     = alltrue([for bucket in aws_s3_bucket_versioning.this : bucket.versioning_configuration[0].status == "Enabled"])
    error_message = "each change is kept"
  }
  assert {
    condition     = alltrue([for bucket in aws_s3_bucket_policy.this : jsondecode(bucket.policy).Statement[0].Effect == "Deny" && jsondecode(bucket.policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"])
    error_message = "TLS only"
  }
}

run "agents_are_reached_in_every_region" {
  command = plan
  assert {
    condition     = toset(keys(aws_ssm_document.run)) == toset(var.regions) && !strcontains(aws_ssm_document.run["us-east-1"].content, "AS_OWNER")
    error_message = "the document is whole, in each region"
  }
}

run "a_pattern_is_no_branch" {
  command = plan
  variables {
    default_branch = "*"
  }
  expect_failures = [var.default_branch]
}

run "only_branches_plan" {
  command = plan
  variables {
    planning_refs = ["refs/pull/*"]
  }
  expect_failures = [var.planning_refs]
}
