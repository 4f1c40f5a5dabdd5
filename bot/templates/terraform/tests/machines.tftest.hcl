# terraform test: nothing of AWS is asked or made.

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
  environment      = "test"
  settings_of      = "test"
  region           = "us-east-1"
  cluster          = "test"
  artifacts_bucket = "acme-artifacts"
  spot             = true
  reap             = true
  storage_nodes    = 5
  client_nodes     = 2
  storage_programs = ["stored"]
  other_nodes      = { conduit = { type = "t3.medium" }, jepsen = { type = "c7a.xlarge", count = 2 } }
}

run "the_cluster_has_the_size_that_is_asked_for" {
  command = apply
  assert {
    condition     = length(aws_instance.storage) == 5 && length(aws_instance.client) == 2 && length(aws_instance.other) == 3
    error_message = "five storage nodes, two clients, three others"
  }
  assert {
    condition     = length(output.instance_ids) == 10 && length(output.nodes) == 10
    error_message = "each machine is told in the outputs"
  }
  assert {
    condition     = length(toset(aws_instance.storage[*].subnet_id)) == 3
    error_message = "storage nodes are spread over three zones"
  }
  assert {
    condition     = toset(keys(aws_route53_record.group)) == toset(["storage", "client", "conduit", "jepsen"])
    error_message = "each group has a name"
  }
}

run "the_cluster_grows" {
  command = plan
  variables {
    storage_nodes = 9
  }
  assert {
    condition     = length(aws_instance.storage) == 9
    error_message = "nine storage nodes"
  }
}

run "without_machines_nothing_is_left_that_costs" {
  command = plan
  variables {
    storage_nodes = 0
    client_nodes  = 0
    outbound      = "nat"
  }
  assert {
    condition     = length(aws_instance.storage) + length(aws_instance.client) + length(aws_instance.other) == 0
    error_message = "no machine: those that serve the others have nothing to serve"
  }
  assert {
    condition     = length(aws_route53_zone.inside) == 0 && length(output.instance_ids) == 0
    error_message = "no zone"
  }
}

run "spot_instances_are_ended_once_and_never_come_back" {
  command = plan
  assert {
    condition = alltrue([for machine in concat(aws_instance.storage, aws_instance.client, values(aws_instance.other)) :
      machine.instance_market_options[0].market_type == "spot"
      && machine.instance_market_options[0].spot_options[0].spot_instance_type == "one-time"
    && machine.instance_market_options[0].spot_options[0].instance_interruption_behavior == "terminate"])
    error_message = "each is a one-time spot instance"
  }
}

run "spot_off" {
  command = plan
  variables {
    spot = false
    reap = false
  }
  assert {
    condition     = alltrue([for machine in concat(aws_instance.storage, aws_instance.client, values(aws_instance.other)) : length(machine.instance_market_options) == 0])
    error_message = "no machine is a spot instance"
  }
  assert {
    condition     = alltrue([for machine in aws_instance.storage : machine.tags["pilothouse:reap"] == "false"])
    error_message = "the daily limit ends none of them"
  }
}

run "the_limit_ends_spot_instances_only" {
  command = plan
  variables {
    spot = false
  }
  expect_failures = [terraform_data.settings]
}

run "settings_of_another_environment_are_refused" {
  command = plan
  variables {
    environment = "production"
  }
  expect_failures = [terraform_data.settings]
}

run "an_environment_that_is_no_name_is_refused" {
  command = plan
  variables {
    environment = "prod; rm -rf /"
    settings_of = "prod; rm -rf /"
  }
  expect_failures = [var.environment]
}

run "more_nodes_than_a_hundred_are_refused" {
  command = plan
  variables {
    storage_nodes = 101
  }
  expect_failures = [var.storage_nodes]
}

run "every_machine_says_whose_it_is" {
  command = plan
  assert {
    condition = alltrue([for machine in concat(aws_instance.storage, aws_instance.client, values(aws_instance.other)) :
      machine.tags["pilothouse:managed"] == "true" && machine.tags["pilothouse:reap"] == "true"
      && machine.tags["pilothouse:cluster"] == "test" && machine.tags["pilothouse:environment"] == "test"
      && machine.volume_tags["pilothouse:environment"] == "test"
    && !contains(keys(machine.tags), "pilothouse:protected")])
    error_message = "managed, reap, cluster and environment stand on each machine, and its disks"
  }
  assert {
    condition     = aws_instance.other["jepsen-1"].tags["pilothouse:group"] == "jepsen"
    error_message = "its group stands on it"
  }
}

run "a_program_that_runs_nowhere_is_refused" {
  command = plan
  variables {
    programs = { forgotten = { arguments = ["--here"] } }
  }
  expect_failures = [terraform_data.settings]
}
