# What a machine is told at its first start, and what it may reach.

locals {
  # The first-start script, with the keeper that fetches programs: nothing is downloaded for it. node/README.md tells more.
  cloud  = base64gzip(file("${path.module}/node/cloud.py"))
  keeper = base64gzip(file("${path.module}/node/keeper.py"))
  first  = file("${path.module}/node/start.sh")

  programs_of = merge(
    { storage = var.storage_programs, client = var.client_programs },
    { for name, each in var.other_nodes : name => each.programs },
  )
  told = { for group, names in local.programs_of : group => {
    version     = 1
    region      = var.region
    endpoint    = "https://s3.${var.region}.${data.aws_partition.this.dns_suffix}"
    bucket      = var.artifacts_bucket
    environment = var.environment
    group       = group
    data        = var.data_folder
    programs    = { for name in names : name => try(var.programs[name], local.plainly_run) }
  } }
  plainly_run = {
    arguments = [], environment = {}, user = "cluster", capabilities = [], health = "", settle = 30, drain = ""
  }
  user_data = { for group, told in local.told : group => base64gzip(join("\n", [
    "#!/bin/bash",
    "readonly cloud='${local.cloud}'",
    "readonly keeper='${local.keeper}'",
    "readonly settings='${base64encode(jsonencode(told))}'",
    local.first,
  ])) }
}

resource "aws_security_group" "machines" {
  name        = "${local.name}-machines"
  description = "Machines of ${var.environment}: they reach one another, and nobody else reaches them."
  vpc_id      = module.network.id
  tags        = { Name = "${local.name}-machines" }
}

resource "aws_vpc_security_group_ingress_rule" "each_other" {
  security_group_id            = aws_security_group.machines.id
  description                  = "From one another."
  referenced_security_group_id = aws_security_group.machines.id
  ip_protocol                  = "-1"
}

resource "aws_vpc_security_group_egress_rule" "each_other" {
  security_group_id            = aws_security_group.machines.id
  description                  = "To one another."
  referenced_security_group_id = aws_security_group.machines.id
  ip_protocol                  = "-1"
}

resource "aws_vpc_security_group_egress_rule" "storage_service" {
  security_group_id = aws_security_group.machines.id
  description       = "To S3, from which programs come."
  prefix_list_id    = module.network.storage_service
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "services" {
  security_group_id = aws_security_group.machines.id
  description       = "To AWS's services within the network."
  cidr_ipv4         = var.network_range
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "outside" {
  for_each          = var.outbound == "nat" ? { http = 80, https = 443 } : {}
  security_group_id = aws_security_group.machines.id
  description       = "To everywhere, by ${each.key}."
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
}

# Names by which machines find each other. A zone costs by the month, so there is none without machines.
resource "aws_route53_zone" "inside" {
  count   = local.has_machines ? 1 : 0
  name    = "${lower(replace(var.environment, "/[^A-Za-z0-9-]/", "-"))}.internal"
  comment = "Names of ${var.environment}, within its network."
  vpc {
    vpc_id = module.network.id
  }
}

resource "aws_route53_record" "group" {
  for_each = { for group in distinct(concat(
    var.storage_nodes > 0 ? ["storage"] : [], var.client_nodes > 0 ? ["client"] : [], [for each in local.others : each.group],
  )) : group => [for name, machine in local.machines : machine.private_ip if machine.tags["pilothouse:group"] == group] }
  zone_id = aws_route53_zone.inside[0].zone_id
  name    = each.key
  type    = "A"
  ttl     = 30
  records = each.value
}
