# The roles of the workflows: one that plans, and for each environment one that applies and one that pushes programs.

locals {
  state     = "arn:${local.partition}:s3:::${var.state_bucket}"
  artifacts = "arn:${local.partition}:s3:::${var.artifacts_bucket}"
  images    = "arn:${local.partition}:ssm:*::parameter/aws/service/canonical/*"

  use_key = {
    Sid      = "OpenAndSealWhatTheBucketsHold"
    Effect   = "Allow"
    Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
    Resource = aws_kms_key.buckets.arn
  }

  # What reading the present state of things takes, before a plan and before an apply.
  look = [
    {
      Sid       = "SeeMachinesAndNetworks"
      Effect    = "Allow"
      Action    = ["ec2:Describe*", "ec2:GetInstanceMetadataDefaults", "route53:Get*", "route53:List*"]
      Resource  = "*"
      Condition = { StringEqualsIfExists = { "aws:RequestedRegion" = concat(var.regions, ["us-east-1"]) } }
    },
    {
      Sid      = "SeeRolesOfMachines"
      Effect   = "Allow"
      Action   = ["iam:GetInstanceProfile", "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies"]
      Resource = ["arn:${local.partition}:iam::${local.account}:instance-profile/pilothouse/*", "arn:${local.partition}:iam::${local.account}:role/pilothouse/*"]
    },
    {
      Sid      = "SeeBudgets"
      Effect   = "Allow"
      Action   = ["budgets:ListTagsForResource", "budgets:ViewBudget"]
      Resource = "arn:${local.partition}:budgets::${local.account}:budget/pilothouse-*"
    },
    {
      Sid      = "SeeWhichImageIsNewest"
      Effect   = "Allow"
      Action   = ["ssm:GetParameter", "ssm:GetParameters"]
      Resource = local.images
    },
    {
      Sid      = "SeePrices"
      Effect   = "Allow"
      Action   = ["pricing:GetProducts"]
      Resource = "*"
    },
  ]

  # By environment: what lies in the state bucket of it.
  files_of = { for environment in var.environments : environment => {
    state = "${local.state}/environments/${environment}/terraform.tfstate"
    lock  = "${local.state}/environments/${environment}/terraform.tfstate.tflock"
    plans = "${local.state}/plans/${environment}/*"
    lease = "${local.state}/leases/${environment}.json"
  } }
}

resource "aws_iam_role" "plan" {
  name               = "pilothouse-plan"
  description        = "Plans: reads what is there, changes nothing, leaves its plans."
  assume_role_policy = local.trust["plan"]
}

resource "aws_iam_role_policy" "plan" {
  name = "plan"
  role = aws_iam_role.plan.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.look, [
      local.use_key,
      {
        Sid      = "ReadState"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = [for files in local.files_of : files.state]
      },
      {
        Sid      = "LeavePlans"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = [for files in local.files_of : files.plans]
      },
      {
        Sid      = "ReadHowMachinesAre"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = "${local.artifacts}/environments/*"
      },
      {
        Sid      = "SeeWhatThereIs"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [local.artifacts, local.state]
      },
    ])
  })
}

resource "aws_iam_role" "push" {
  for_each           = toset(var.environments)
  name               = "pilothouse-push-${each.key}"
  description        = "Pushes programs for ${each.key}, says which are released, reads how its machines are."
  assume_role_policy = local.trust["environment/${each.key}"]
}

resource "aws_iam_role_policy" "push" {
  for_each = toset(var.environments)
  name     = "push"
  role     = aws_iam_role.push[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      local.use_key,
      {
        Sid      = "PushPrograms"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
        Resource = ["${local.artifacts}/builds/*", "${local.artifacts}/environments/${each.key}/release.json"]
      },
      {
        Sid      = "ReadHowMachinesAre"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = "${local.artifacts}/environments/${each.key}/nodes/*"
      },
      {
        Sid      = "SeeWhichMachinesThereAre"
        Effect   = "Allow"
        Action   = ["ec2:DescribeInstances"]
        Resource = "*"
      },
      {
        Sid      = "SeeWhatThereIs"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = local.artifacts
      },
    ]
  })
}

# Images in ECR, where release.yml pushes them there: OWNER/NAME/IMAGE, by the version.
resource "aws_ecr_repository" "image" {
  for_each             = var.images
  name                 = "${lower(var.repository)}/${each.key}"
  image_tag_mutability = "IMMUTABLE"
  image_scanning_configuration {
    scan_on_push = true
  }
  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.buckets.arn
  }
}

resource "aws_iam_role" "images" {
  count              = length(var.images) > 0 ? 1 : 0
  name               = "pilothouse-images"
  description        = "Pushes the images of a release."
  assume_role_policy = local.trust["images"]
}

resource "aws_iam_role_policy" "images" {
  count = length(var.images) > 0 ? 1 : 0
  name  = "images"
  role  = aws_iam_role.images[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "LogIn"
        Effect   = "Allow"
        Action   = ["ecr:GetAuthorizationToken"]
        Resource = "*"
      },
      {
        Sid    = "PushImages"
        Effect = "Allow"
        Action = [
          "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:DescribeImages",
          "ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
        ]
        Resource = [for repository in aws_ecr_repository.image : repository.arn]
      },
    ]
  })
}
