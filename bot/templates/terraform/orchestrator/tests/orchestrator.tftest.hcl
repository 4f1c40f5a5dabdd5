# terraform test: the machine that must outlive everything is protected in every way there is.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_ssm_parameter" {
    defaults = { insecure_value = "ami-0123456789abcdef0" }
  }
}

variables {
  region = "us-east-1"
}

run "the_orchestrator_is_protected" {
  command = plan
  assert {
    condition     = aws_instance.orchestrator.disable_api_termination && aws_instance.orchestrator.disable_api_stop
    error_message = "it can be neither ended nor stopped"
  }
  assert {
    condition     = aws_instance.orchestrator.tags["pilothouse:protected"] == "true" && aws_instance.orchestrator.tags["pilothouse:reap"] == "false"
    error_message = "its tags say so"
  }
  assert {
    condition     = !aws_instance.orchestrator.root_block_device[0].delete_on_termination && aws_instance.orchestrator.root_block_device[0].encrypted
    error_message = "its disk is encrypted and outlives it"
  }
  assert {
    condition     = length(aws_instance.orchestrator.instance_market_options) == 0
    error_message = "it is no spot instance"
  }
  assert {
    condition     = !aws_instance.orchestrator.associate_public_ip_address
    error_message = "it has no public address"
  }
}
