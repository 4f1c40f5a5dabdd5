# What the workflows and people read of an environment.

output "environment" {
  description = "The environment."
  value       = var.environment
}

output "instance_ids" {
  description = "The ids of all machines: verify-deployment waits for the report of each."
  value       = sort([for machine in local.machines : machine.id])
}

output "nodes" {
  description = "The machines by name: id, group, address, name in the network, zone, type, and whether each is a spot instance."
  value = { for name, machine in local.machines : name => {
    id      = machine.id
    group   = machine.tags["pilothouse:group"]
    address = machine.private_ip
    host    = machine.private_dns
    zone    = machine.availability_zone
    type    = machine.instance_type
    spot    = var.spot
  } }
}

output "storage_addresses" {
  description = "The addresses of storage nodes within the network."
  value       = [for machine in aws_instance.storage : machine.private_ip]
}

output "client_addresses" {
  description = "The addresses of client nodes within the network."
  value       = [for machine in aws_instance.client : machine.private_ip]
}

output "endpoints" {
  description = "Names by which machines find each other, by group."
  value       = { for group, record in aws_route53_record.group : group => record.fqdn }
}

output "network" {
  description = "The network, its subnets and the machines' security group."
  value = {
    id             = module.network.id
    subnets        = module.network.subnets
    security_group = aws_security_group.machines.id
  }
}

output "launch_template" {
  description = "The launch template for `costs.cluster.fleet.launch_template`, with which EC2 itself makes the cluster."
  value       = aws_launch_template.machine.name
}

output "machine_role" {
  description = "The machines' role with its path, for `pilothouse costs iam policy --cluster`."
  value       = trimprefix("${aws_iam_role.machine.path}${aws_iam_role.machine.name}", "/")
}
