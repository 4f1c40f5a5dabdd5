# A network that nobody reaches from outside: subnets without public addresses, S3 by a gateway, and what else is asked for.

locals {
  # A zone keeps its addresses whichever others there are.
  letters  = ["a", "b", "c", "d", "e", "f", "g", "h"]
  services = var.outbound == "endpoints" ? toset(["ssm", "ssmmessages"]) : toset([])
  is_nat   = var.outbound == "nat"
}

resource "aws_vpc" "this" {
  cidr_block           = var.range
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

resource "aws_subnet" "inside" {
  for_each                = toset(var.zones)
  vpc_id                  = aws_vpc.this.id
  availability_zone       = "${var.region}${each.key}"
  cidr_block              = cidrsubnet(var.range, 4, index(local.letters, each.key))
  map_public_ip_on_launch = false
  tags                    = { Name = "${var.name}-${each.key}" }
}

resource "aws_route_table" "inside" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = var.name }
}

resource "aws_route_table_association" "inside" {
  for_each       = aws_subnet.inside
  subnet_id      = each.value.id
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
  subnet_ids          = [aws_subnet.inside[var.zones[0]].id]
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
  availability_zone       = "${var.region}${var.zones[0]}"
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
