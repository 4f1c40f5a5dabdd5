output "id" {
  description = "The network."
  value       = aws_vpc.this.id
}

output "subnets" {
  description = "Where machines stand, one subnet for each zone."
  value       = [for zone in var.zones : aws_subnet.inside[zone].id]
}

output "storage_service" {
  description = "The list of S3's addresses, for rules."
  value       = aws_vpc_endpoint.s3.prefix_list_id
}
