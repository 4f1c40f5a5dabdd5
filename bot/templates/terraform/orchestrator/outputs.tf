output "instance_id" {
  description = "For hosts.orchestrator.instance and costs.enforce.protected of .github/pilothouse.yml, and agent_instances of bootstrap/."
  value       = aws_instance.orchestrator.id
}

output "agent_role" {
  description = "For costs.enforce.deny_role of .github/pilothouse.yml, and agent_role of bootstrap/."
  value       = aws_iam_role.agents.name
}
