# A network that nobody reaches from outside: subnets without public addresses, S3 by a gateway, and what else is asked for.

data "aws_availability_zones" "here" {
  state = "available"
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  zones    = slice(data.aws_availability_zones.here.names, 0, min(var.zones, length(data.aws_availability_zones.here.names)))
  services = var.outbound == "endpoints" ? toset(["ssm", "ssmmessages"]) : toset([])
  is_nat   = var.outbound == "nat"
}

resource "aws_vpc" "this" {
  cidr_block           = var.range
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

# Whatever is made without a security group of its own gets this one, which lets nothing through.
resource "aws_default_security_group" "nothing" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = "${var.name}-nothing" }
}

resource "aws_subnet" "inside" {
  count                   = length(local.zones)
  vpc_id                  = aws_vpc.this.id
  availability_zone       = local.zones[count.index]
  cidr_block              = cidrsubnet(var.range, 4, count.index)
  map_public_ip_on_launch = false
  tags                    = { Name = "${var.name}-${local.zones[count.index]}" }
}

resource "aws_route_table" "inside" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = var.name }
}

resource "aws_route_table_association" "inside" {
  count          = length(aws_subnet.inside)
  subnet_id      = aws_subnet.inside[count.index].id
  route_table_id = aws_route_table.inside.id
}

# Free, unlike the other kind of endpoint.
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.inside.id]
  tags              = { Name = "${var.name}-s3" }
}

resource "aws_security_group" "services" {
  name        = "${var.name}-services"
  description = "AWS's services within the network, for its machines."
  vpc_id      = aws_vpc.this.id
  tags        = { Name = "${var.name}-services" }
}

resource "aws_vpc_security_group_ingress_rule" "services" {
  security_group_id = aws_security_group.services.id
  description       = "From the network's machines."
  cidr_ipv4         = var.range
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# One subnet's worth of each: the hour of an endpoint is paid for each zone, the traffic between zones is small.
resource "aws_vpc_endpoint" "service" {
  for_each            = local.services
  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [aws_subnet.inside[0].id]
  security_group_ids  = [aws_security_group.services.id]
  private_dns_enabled = true
  tags                = { Name = "${var.name}-${each.key}" }
}

resource "aws_internet_gateway" "out" {
  count  = local.is_nat ? 1 : 0
  vpc_id = aws_vpc.this.id
  tags   = { Name = var.name }
}

resource "aws_subnet" "out" {
  count                   = local.is_nat ? 1 : 0
  vpc_id                  = aws_vpc.this.id
  availability_zone       = local.zones[0]
  cidr_block              = cidrsubnet(var.range, 4, 15)
  map_public_ip_on_launch = false
  tags                    = { Name = "${var.name}-out" }
}

resource "aws_route_table" "out" {
  count  = local.is_nat ? 1 : 0
  vpc_id = aws_vpc.this.id
  tags   = { Name = "${var.name}-out" }
}

resource "aws_route" "out" {
  count                  = local.is_nat ? 1 : 0
  route_table_id         = aws_route_table.out[0].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.out[0].id
}

resource "aws_route_table_association" "out" {
  count          = local.is_nat ? 1 : 0
  subnet_id      = aws_subnet.out[0].id
  route_table_id = aws_route_table.out[0].id
}

resource "aws_eip" "out" {
  count  = local.is_nat ? 1 : 0
  domain = "vpc"
  tags   = { Name = "${var.name}-out" }
}

resource "aws_nat_gateway" "out" {
  count         = local.is_nat ? 1 : 0
  allocation_id = aws_eip.out[0].id
  subnet_id     = aws_subnet.out[0].id
  tags          = { Name = var.name }
  depends_on    = [aws_internet_gateway.out]
}

resource "aws_route" "inside" {
  count                  = local.is_nat ? 1 : 0
  route_table_id         = aws_route_table.inside.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.out[0].id
}
