# The machine that agents live on. Its state is its own and a person applies it: no workflow, no limit and no teardown of
# an environment can reach it.

provider "aws" {
  region = var.region
  default_tags {
    tags = local.tags
  }
}

locals {
  tags = {
    "pilothouse:managed"   = "true"
    "pilothouse:protected" = "true"
    "pilothouse:reap"      = "false"
  }
}

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_ssm_parameter" "image" {
  name = "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id"
}

module "network" {
  source   = "../modules/network"
  name     = "pilothouse-orchestrator"
  region   = var.region
  range    = var.network_range
  zones    = [var.zone]
  outbound = "nat"
}

# Nothing comes in: people and Pilothouse reach it by Systems Manager.
resource "aws_security_group" "orchestrator" {
  name        = "pilothouse-orchestrator"
  description = "The orchestrator: nobody reaches it."
  vpc_id      = module.network.id
  tags        = { Name = "pilothouse-orchestrator" }
}

resource "aws_vpc_security_group_egress_rule" "outside" {
  for_each          = { http = 80, https = 443 }
  security_group_id = aws_security_group.orchestrator.id
  description       = "To everywhere, by ${each.key}."
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
}

resource "aws_instance" "orchestrator" {
  ami                         = data.aws_ssm_parameter.image.insecure_value
  instance_type               = var.type
  subnet_id                   = module.network.subnets[0]
  vpc_security_group_ids      = [aws_security_group.orchestrator.id]
  associate_public_ip_address = false
  iam_instance_profile        = aws_iam_instance_profile.agents.name
  ebs_optimized               = true
  disable_api_termination     = true
  disable_api_stop            = true
  user_data                   = file("${path.module}/start.yml")

  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
    instance_metadata_tags      = "enabled"
  }

  root_block_device {
    volume_type           = "gp3"
    volume_size           = var.root_disk
    encrypted             = true
    delete_on_termination = false
  }

  tags        = merge(local.tags, { Name = "pilothouse-orchestrator" })
  volume_tags = merge(local.tags, { Name = "pilothouse-orchestrator" })

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [ami, user_data]
  }
}

resource "aws_iam_role" "agents" {
  name        = "pilothouse-agents"
  description = "Agents: they call models, and are denied that at the last mark of the daily limit."
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TheOrchestrator"
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_instance_profile" "agents" {
  name = aws_iam_role.agents.name
  role = aws_iam_role.agents.name
}

resource "aws_iam_role_policy" "agents" {
  name = "agents"
  role = aws_iam_role.agents.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "CallModels"
        Effect = "Allow"
        Action = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
        Resource = concat(
          [for model in var.models : "arn:${data.aws_partition.this.partition}:bedrock:*::foundation-model/${model}"],
          [
            "arn:${data.aws_partition.this.partition}:bedrock:*:${data.aws_caller_identity.this.account_id}:application-inference-profile/*",
            "arn:${data.aws_partition.this.partition}:bedrock:*:${data.aws_caller_identity.this.account_id}:inference-profile/*",
          ],
        )
      },
      {
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
      },
    ]
  })
}
