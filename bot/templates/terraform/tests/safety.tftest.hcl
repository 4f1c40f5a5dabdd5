# terraform test: nobody reaches the machines, everything is encrypted, budgets warn.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }
  mock_data "aws_ssm_parameter" {
    defaults = { insecure_value = "ami-0123456789abcdef0" }
  }
}

variables {
  environment      = "staging"
  settings_of      = "staging"
  region           = "us-east-1"
  cluster          = "staging"
  artifacts_bucket = "acme-artifacts"
  other_nodes      = { conduit = { type = "t3.medium" } }
}

run "nobody_outside_reaches_a_machine" {
  command = apply
  assert {
    condition     = aws_vpc_security_group_ingress_rule.each_other.referenced_security_group_id == aws_security_group.machines.id
    error_message = "only machines of the same group come in"
  }
  assert {
    condition     = alltrue([for machine in concat(aws_instance.storage, aws_instance.client, values(aws_instance.other)) : !machine.associate_public_ip_address])
    error_message = "no machine has a public address"
  }
  assert {
    condition     = length(aws_vpc_security_group_egress_rule.outside) == 0
    error_message = "without nat, machines reach AWS's services only"
  }
}

run "by_nat_machines_reach_the_web_and_no_more" {
  command = plan
  variables {
    outbound = "nat"
  }
  assert {
    condition     = toset([for rule in aws_vpc_security_group_egress_rule.outside : rule.from_port]) == toset([80, 443])
    error_message = "http and https"
  }
}

run "disks_are_encrypted_and_credentials_need_a_token" {
  command = plan
  assert {
    condition = alltrue([for machine in concat(aws_instance.storage, aws_instance.client, values(aws_instance.other)) :
      machine.root_block_device[0].encrypted && machine.metadata_options[0].http_tokens == "required"
    && machine.metadata_options[0].http_put_response_hop_limit == 1])
    error_message = "encrypted disks, and metadata by token from the machine itself only"
  }
  assert {
    condition     = aws_launch_template.machine.block_device_mappings[0].ebs[0].encrypted == "true" && aws_launch_template.machine.metadata_options[0].http_tokens == "required"
    error_message = "machines of a fleet too"
  }
}

run "a_machine_may_read_programs_and_tell_how_it_is" {
  command = plan
  assert {
    condition     = !strcontains(aws_iam_role_policy.programs.policy, "s3:*") && !strcontains(aws_iam_role_policy.programs.policy, "s3:Delete")
    error_message = "it deletes nothing"
  }
  assert {
    condition     = aws_iam_role.machine.permissions_boundary == "arn:aws:iam::123456789012:policy/pilothouse-boundary" && aws_iam_role.machine.path == "/pilothouse/staging/"
    error_message = "its role stays within the boundary"
  }
}

run "no_budget_unless_it_is_asked_for" {
  command = plan
  assert {
    condition     = length(aws_budgets_budget.environment) == 0
    error_message = "none"
  }
}

run "a_budget_warns_twice" {
  command = apply
  variables {
    daily_budget  = 100
    budget_emails = ["ops@example.com"]
  }
  assert {
    condition     = aws_budgets_budget.environment[0].limit_amount == "100" && length(aws_budgets_budget.environment[0].notification) == 2
    error_message = "at 80 and 100 %"
  }
  assert {
    condition     = tolist(aws_budgets_budget.environment[0].cost_filter)[0].values[0] == "user:pilothouse:environment$staging"
    error_message = "of what bears the environment's tag"
  }
}

run "a_budget_that_warns_nobody_is_refused" {
  command = plan
  variables {
    daily_budget = 100
  }
  expect_failures = [aws_budgets_budget.environment[0]]
}
