# Which workflows may become which role: by GitHub's short-lived tokens, so that no key of AWS lies anywhere.

resource "aws_iam_openid_connect_provider" "github" {
  count          = var.github_provider == "" ? 1 : 0
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

locals {
  provider = var.github_provider != "" ? var.github_provider : aws_iam_openid_connect_provider.github[0].arn
  parts    = split("/", var.repository)

  # Repositories made or renamed since July 2026 say their numbers beside their names; older ones only their names.
  # https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/
  names = [
    "repo:${local.parts[0]}@${var.owner_id}/${local.parts[1]}@${var.repository_id}",
    "repo:${var.repository}",
  ]

  # Who plans reads what there is, and that includes the state. A pull request from a fork never says a branch of the
  # repository.
  planning = concat(["refs/heads/${var.default_branch}"], var.planning_refs)
  subjects = merge(
    { plan = flatten([for name in local.names : [for ref in local.planning : "${name}:ref:${ref}"]]) },
    { images = flatten([for name in local.names : ["${name}:ref:refs/tags/v*", "${name}:ref:refs/heads/${var.default_branch}"]]) },
    { for environment in var.environments : "environment/${environment}" => [for name in local.names : "${name}:environment:${environment}"] },
  )

  trust = { for whom, subjects in local.subjects : whom => jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "WorkflowsOfTheRepository"
      Effect    = "Allow"
      Principal = { Federated = local.provider }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" }
        StringLike   = { "token.actions.githubusercontent.com:sub" = subjects }
      }
    }]
  }) }
}
