# What all machines of an environment have in common.

provider "aws" {
  region = var.region
  default_tags {
    tags = local.tags
  }
}

locals {
  name = "pilothouse-${var.environment}"

  # Who may end what is decided by these: bot/costs/enforcers reads them before it ends a machine.
  tags = {
    "pilothouse:managed"     = "true"
    "pilothouse:environment" = var.environment
    "pilothouse:cluster"     = var.cluster
    "pilothouse:reap"        = tostring(var.reap)
  }

  others = merge([for name, each in var.other_nodes : {
    for index in range(var.storage_nodes + var.client_nodes > 0 ? each.count : 0) :
    "${name}-${index}" => { group = name, index = index, type = each.type, programs = each.programs }
  }]...)

  machines = merge(
    { for index, machine in aws_instance.storage : "storage-${index}" => machine },
    { for index, machine in aws_instance.client : "client-${index}" => machine },
    aws_instance.other,
  )

  has_machines = var.storage_nodes + var.client_nodes > 0
}

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

# Canonical says here which image is its newest; a machine keeps the one that it was made with (see generation).
data "aws_ssm_parameter" "image" {
  name = "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id"
}

resource "terraform_data" "settings" {
  input = var.settings_of
  lifecycle {
    precondition {
      condition     = var.settings_of == var.environment
      error_message = "These are the settings of ${var.settings_of}, and the environment is ${var.environment}: take environments/${var.environment}.tfvars."
    }
    precondition {
      condition     = !var.reap || var.spot
      error_message = "The daily limit ends spot instances only: reap needs spot."
    }
    precondition {
      condition     = length(setsubtract(keys(var.programs), concat(var.storage_programs, var.client_programs, flatten([for each in var.other_nodes : each.programs])))) == 0
      error_message = "programs says how something is run that runs nowhere: name it in storage_programs, client_programs or other_nodes."
    }
  }
}

# A machine is made anew when this changes, and for no other reason: neither a newer image nor a newer first-start
# script should replace storage nodes that hold data.
resource "terraform_data" "generation" {
  input = var.generation
}

module "network" {
  source   = "./modules/network"
  name     = local.name
  region   = var.region
  range    = var.network_range
  zones    = var.zones
  outbound = local.has_machines ? var.outbound : "none"
}
