# Storage nodes: they hold data on local disks (NVMe), which are gone with the machine.

resource "aws_instance" "storage" {
  count                       = var.storage_nodes
  ami                         = data.aws_ssm_parameter.image.insecure_value
  instance_type               = var.storage_type
  subnet_id                   = module.network.subnets[count.index % length(module.network.subnets)]
  vpc_security_group_ids      = [aws_security_group.machines.id]
  associate_public_ip_address = false
  iam_instance_profile        = aws_iam_instance_profile.machine.name
  user_data_base64            = local.user_data["storage"]
  ebs_optimized               = true

  dynamic "instance_market_options" {
    for_each = var.spot ? ["spot"] : []
    content {
      market_type = instance_market_options.value
      # Once, and ended rather than stopped: a persistent request would bring back what the daily limit ended.
      spot_options {
        spot_instance_type             = "one-time"
        instance_interruption_behavior = "terminate"
      }
    }
  }

  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
    instance_metadata_tags      = "enabled"
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = var.root_disk
    encrypted   = true
    kms_key_id  = var.key == "" ? null : var.key
  }

  tags = merge(local.tags, {
    Name               = "${var.environment}-storage-${count.index}"
    "pilothouse:group" = "storage"
  })

  volume_tags = merge(local.tags, { Name = "${var.environment}-storage-${count.index}" })

  lifecycle {
    ignore_changes       = [ami, user_data_base64]
    replace_triggered_by = [terraform_data.generation]
  }
}
