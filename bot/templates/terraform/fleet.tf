# The same machine for EC2 itself: `costs.cluster.fleet` names this template and the subnets, and `/cluster up` needs no
# workflow then. The group, and with it the programs, is told by the tag that the bot puts on each machine.

locals {
  fleet_data = base64gzip(join("\n", [
    "#!/bin/bash",
    "readonly cloud='${local.cloud}'",
    "readonly keeper='${local.keeper}'",
    "readonly settings='${base64encode(jsonencode({ version = 1, groups = local.told }))}'",
    local.first,
  ]))
}

resource "aws_launch_template" "machine" {
  name                   = "${local.name}-${var.region}"
  description            = "A machine of ${var.environment}."
  image_id               = data.aws_ssm_parameter.image.insecure_value
  user_data              = local.fleet_data
  update_default_version = true

  iam_instance_profile {
    name = aws_iam_instance_profile.machine.name
  }

  network_interfaces {
    associate_public_ip_address = false
    security_groups             = [aws_security_group.machines.id]
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
    instance_metadata_tags      = "enabled"
  }

  block_device_mappings {
    device_name = "/dev/sda1"
    ebs {
      volume_type           = "gp3"
      volume_size           = var.root_disk
      encrypted             = true
      kms_key_id            = var.key == "" ? null : var.key
      delete_on_termination = true
    }
  }
}
