# The role that applies, one for each environment: it makes only what bears the environment's tags, changes only that,
# and makes no role that could do more than the boundary says.

locals {
  ec2  = "arn:${local.partition}:ec2:*:${local.account}"
  here = { StringEquals = { "aws:RequestedRegion" = var.regions } }

  # Made with tags, which the request names.
  made = ["elastic-ip", "instance", "internet-gateway", "launch-template", "natgateway", "route-table", "security-group", "subnet", "volume", "vpc", "vpc-endpoint"]
  make = [
    "ec2:AllocateAddress", "ec2:CreateInternetGateway", "ec2:CreateLaunchTemplate", "ec2:CreateNatGateway", "ec2:CreateRouteTable",
    "ec2:CreateSecurityGroup", "ec2:CreateSubnet", "ec2:CreateVpc", "ec2:CreateVpcEndpoint", "ec2:RunInstances",
  ]
  # Changed, used or ended, by the tags that it bears.
  change = [
    "ec2:AssociateRouteTable", "ec2:AttachInternetGateway", "ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress",
    "ec2:CreateLaunchTemplateVersion", "ec2:CreateNatGateway", "ec2:CreateRoute", "ec2:CreateRouteTable", "ec2:CreateSecurityGroup",
    "ec2:CreateSubnet", "ec2:CreateVpcEndpoint", "ec2:DeleteInternetGateway", "ec2:DeleteLaunchTemplate", "ec2:DeleteNatGateway",
    "ec2:DeleteRoute", "ec2:DeleteRouteTable", "ec2:DeleteSecurityGroup", "ec2:DeleteSubnet", "ec2:DeleteVpc", "ec2:DeleteVpcEndpoints",
    "ec2:DetachInternetGateway", "ec2:DisassociateRouteTable", "ec2:ModifyInstanceAttribute", "ec2:ModifyInstanceMetadataOptions",
    "ec2:ModifyLaunchTemplate", "ec2:ModifySecurityGroupRules", "ec2:ModifySubnetAttribute", "ec2:ModifyVolume", "ec2:ModifyVpcAttribute",
    "ec2:ModifyVpcEndpoint", "ec2:ReleaseAddress", "ec2:ReplaceRoute", "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress",
    "ec2:RunInstances", "ec2:StartInstances", "ec2:StopInstances", "ec2:TerminateInstances",
  ]
}

resource "aws_iam_policy" "boundary" {
  name        = "pilothouse-boundary"
  description = "The most that a machine of an environment may ever do, whatever its role says."
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ProgramsAndReports"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:ListBucket", "s3:PutObject"]
        Resource = [local.artifacts, "${local.artifacts}/*"]
      },
      {
        Sid      = "NeverProgramsOrReleases"
        Effect   = "Deny"
        Action   = "s3:PutObject"
        Resource = ["${local.artifacts}/builds/*", "${local.artifacts}/environments/*/release.json"]
      },
      local.use_key,
      {
        Sid      = "BeReachedBySystemsManager"
        Effect   = "Allow"
        Action   = ["ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"]
        Resource = "*"
      },
    ]
  })
}

resource "aws_iam_role" "apply" {
  for_each             = toset(var.environments)
  name                 = "pilothouse-apply-${each.key}"
  description          = "Applies approved plans of ${each.key}."
  max_session_duration = 7200
  assume_role_policy   = local.trust["environment/${each.key}"]
}

resource "aws_iam_role_policy" "machines" {
  for_each = toset(var.environments)
  name     = "machines"
  role     = aws_iam_role.apply[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "MakeWhatBearsItsTags"
        Effect   = "Allow"
        Action   = local.make
        Resource = [for kind in local.made : "${local.ec2}:${kind}/*"]
        Condition = { StringEquals = {
          "aws:RequestedRegion"                   = var.regions
          "aws:RequestTag/pilothouse:managed"     = "true"
          "aws:RequestTag/pilothouse:environment" = each.key
        } }
      },
      {
        Sid       = "MakeRulesOfGroups"
        Effect    = "Allow"
        Action    = ["ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress", "ec2:ModifySecurityGroupRules"]
        Resource  = "${local.ec2}:security-group-rule/*"
        Condition = local.here
      },
      {
        Sid    = "UseWhatBearsNoTags"
        Effect = "Allow"
        Action = "ec2:RunInstances"
        Resource = [
          "arn:${local.partition}:ec2:*::image/*", "arn:${local.partition}:ec2:*::snapshot/*",
          "${local.ec2}:network-interface/*", "${local.ec2}:spot-instances-request/*",
        ]
        Condition = local.here
      },
      {
        Sid      = "ChangeWhatBearsItsTags"
        Effect   = "Allow"
        Action   = local.change
        Resource = "${local.ec2}:*/*"
        Condition = { StringEquals = {
          "aws:RequestedRegion"                    = var.regions
          "aws:ResourceTag/pilothouse:environment" = each.key
        } }
      },
      {
        Sid      = "LetGoOfAddresses"
        Effect   = "Allow"
        Action   = "ec2:DisassociateAddress"
        Resource = "*"
        Condition = { StringEquals = {
          "aws:RequestedRegion"                    = var.regions
          "aws:ResourceTag/pilothouse:environment" = each.key
        } }
      },
      {
        Sid      = "TagWhatItMakes"
        Effect   = "Allow"
        Action   = "ec2:CreateTags"
        Resource = "${local.ec2}:*/*"
        Condition = { StringEquals = {
          "ec2:CreateAction" = concat([for action in local.make : trimprefix(action, "ec2:")], ["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress"])
        } }
      },
      {
        Sid      = "TagWhatIsItsOwn"
        Effect   = "Allow"
        Action   = ["ec2:CreateTags", "ec2:DeleteTags"]
        Resource = "${local.ec2}:*/*"
        Condition = {
          StringEquals         = { "aws:ResourceTag/pilothouse:environment" = each.key }
          StringEqualsIfExists = { "aws:RequestTag/pilothouse:environment" = each.key }
        }
      },
      {
        Sid      = "NeverWhatIsProtected"
        Effect   = "Deny"
        Action   = ["ec2:DeleteTags", "ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:TerminateInstances"]
        Resource = "${local.ec2}:*/*"
        Condition = {
          Null                      = { "aws:ResourceTag/pilothouse:protected" = "false" }
          StringNotEqualsIgnoreCase = { "aws:ResourceTag/pilothouse:protected" = "false" }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "apply" {
  for_each = toset(var.environments)
  name     = "apply"
  role     = aws_iam_role.apply[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.look, [
      local.use_key,
      {
        Sid      = "KeepStateAndLease"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = [local.files_of[each.key].state, local.files_of[each.key].lock, local.files_of[each.key].lease]
      },
      {
        Sid      = "GiveBackTheLock"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject"]
        Resource = local.files_of[each.key].lock
      },
      {
        Sid      = "ReadPlansAndLeaveItsOwn" # a teardown is planned and applied by one role
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = local.files_of[each.key].plans
      },
      {
        Sid      = "SeeWhatStateThereIs"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = local.state
      },
      {
        Sid       = "MakeRolesWithinTheBoundary"
        Effect    = "Allow"
        Action    = ["iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePolicy"]
        Resource  = "arn:${local.partition}:iam::${local.account}:role/pilothouse/${each.key}/*"
        Condition = { StringEquals = { "iam:PermissionsBoundary" = aws_iam_policy.boundary.arn } }
      },
      {
        Sid    = "KeepItsRoles"
        Effect = "Allow"
        Action = [
          "iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile", "iam:DeleteInstanceProfile", "iam:DeleteRole",
          "iam:RemoveRoleFromInstanceProfile", "iam:TagInstanceProfile", "iam:TagRole", "iam:UntagInstanceProfile",
          "iam:UntagRole", "iam:UpdateRole", "iam:UpdateRoleDescription",
        ]
        Resource = [
          "arn:${local.partition}:iam::${local.account}:instance-profile/pilothouse/${each.key}/*",
          "arn:${local.partition}:iam::${local.account}:role/pilothouse/${each.key}/*",
        ]
      },
      {
        Sid       = "HandMachinesTheirRole"
        Effect    = "Allow"
        Action    = "iam:PassRole"
        Resource  = "arn:${local.partition}:iam::${local.account}:role/pilothouse/${each.key}/*"
        Condition = { StringEquals = { "iam:PassedToService" = "ec2.amazonaws.com" } }
      },
      {
        Sid       = "MakeZonesWithinNetworks"
        Effect    = "Allow"
        Action    = "route53:CreateHostedZone"
        Resource  = "*"
        Condition = { Null = { "route53:VPCs" = "false" } }
      },
      {
        # No policy can ask for a zone's tags. One that holds records cannot be deleted, and only its own names can be
        # taken out of one.
        Sid      = "KeepZones"
        Effect   = "Allow"
        Action   = ["route53:AssociateVPCWithHostedZone", "route53:ChangeTagsForResource", "route53:DeleteHostedZone", "route53:UpdateHostedZoneComment"]
        Resource = "arn:${local.partition}:route53:::hostedzone/*"
      },
      {
        Sid      = "KeepNames"
        Effect   = "Allow"
        Action   = "route53:ChangeResourceRecordSets"
        Resource = "arn:${local.partition}:route53:::hostedzone/*"
        Condition = { "ForAllValues:StringLike" = { "route53:ChangeResourceRecordSetsNormalizedRecordNames" = [
          "*.${lower(replace(each.key, "/[^A-Za-z0-9-]/", "-"))}.internal",
        ] } }
      },
      {
        Sid      = "KeepBudgets"
        Effect   = "Allow"
        Action   = ["budgets:ModifyBudget", "budgets:TagResource", "budgets:UntagResource"]
        Resource = "arn:${local.partition}:budgets::${local.account}:budget/pilothouse-${each.key}-*"
      },
    ])
  })
}
