# What a machine may do: read its programs, tell how it is, be reached by Systems Manager.

locals {
  partition = data.aws_partition.this.partition
  account   = data.aws_caller_identity.this.account_id
  artifacts = "arn:${local.partition}:s3:::${var.artifacts_bucket}"
  boundary  = var.permissions_boundary != "" ? var.permissions_boundary : "arn:${local.partition}:iam::${local.account}:policy/pilothouse-boundary"
}

resource "aws_iam_role" "machine" {
  name                 = "${local.name}-${var.region}"
  path                 = "/pilothouse/${var.environment}/"
  description          = "Machines of ${var.environment} in ${var.region}."
  permissions_boundary = local.boundary
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Machines"
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_instance_profile" "machine" {
  name = aws_iam_role.machine.name
  path = aws_iam_role.machine.path
  role = aws_iam_role.machine.name
}

resource "aws_iam_role_policy" "programs" {
  name = "programs"
  role = aws_iam_role.machine.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadPrograms"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = ["${local.artifacts}/builds/*", "${local.artifacts}/environments/${var.environment}/release.json"]
      },
      {
        Sid      = "SeeWhatIsMissing" # without it, S3 answers "forbidden" where there is nothing
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = local.artifacts
      },
      {
        Sid      = "TellHowItIs"
        Effect   = "Allow"
        Action   = "s3:PutObject"
        Resource = "${local.artifacts}/environments/${var.environment}/nodes/*"
      },
      {
        Sid       = "OpenWhatTheBucketSealed"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "arn:${local.partition}:kms:*:${local.account}:key/*"
        Condition = { StringLike = { "kms:EncryptionContext:aws:s3:arn" = "${local.artifacts}*" } }
      },
    ]
  })
}

# Less than AmazonSSMManagedInstanceCore, which lets a machine read every parameter of the account.
resource "aws_iam_role_policy" "reached" {
  name = "reached"
  role = aws_iam_role.machine.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "BeReachedBySystemsManager"
      Effect = "Allow"
      Action = [
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ]
      Resource = "*"
    }]
  })
}
