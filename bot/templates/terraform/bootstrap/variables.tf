# What a person says once for an account.

variable "repository" {
  description = "The repository whose workflows may use the account: OWNER/NAME."
  type        = string
  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "The repository is written as OWNER/NAME."
  }
}

variable "repository_id" {
  description = "GitHub's number of the repository: gh api repos/OWNER/NAME --jq .id"
  type        = number
  validation {
    condition     = var.repository_id > 0 && floor(var.repository_id) == var.repository_id
    error_message = "The number is that of gh api repos/OWNER/NAME --jq .id"
  }
}

variable "owner_id" {
  description = "GitHub's number of its owner: gh api repos/OWNER/NAME --jq .owner.id"
  type        = number
  validation {
    condition     = var.owner_id > 0 && floor(var.owner_id) == var.owner_id
    error_message = "The number is that of gh api repos/OWNER/NAME --jq .owner.id"
  }
}

variable "default_branch" {
  description = "The branch whose workflows may plan, and that images are released from beside tags."
  type        = string
  default     = "main"
  validation {
    condition     = can(regex("^[^*?\\s]+$", var.default_branch))
    error_message = "The branch is a name, not a pattern."
  }
}

variable "planning_refs" {
  description = "Refs beside the default branch whose workflows may plan; * is any text. Where environments say workflow_from: head, these are refs/heads/*."
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for ref in var.planning_refs : startswith(ref, "refs/heads/")])
    error_message = "Refs begin with refs/heads/, so that they are branches of the repository itself."
  }
}

variable "environments" {
  description = "The environments that can be deployed to, with the test cluster."
  type        = list(string)
  validation {
    condition     = length(var.environments) > 0 && alltrue([for name in var.environments : can(regex("^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$", name))])
    error_message = "Environments are names of up to 32 letters, digits, dots, dashes and underscores."
  }
}

variable "cluster" {
  description = "The value of the tag pilothouse:cluster that the daily limit may end."
  type        = string
  default     = "test"
}

variable "region" {
  description = "The region of the buckets."
  type        = string
}

variable "regions" {
  description = "The regions that environments and agents stand in."
  type        = list(string)
  validation {
    condition     = length(var.regions) > 0
    error_message = "There is at least one region."
  }
}

variable "state_bucket" {
  description = "The bucket of the state and of the plans; no other account of AWS has one of that name."
  type        = string
}

variable "artifacts_bucket" {
  description = "The bucket that programs are pushed to."
  type        = string
}

variable "github_provider" {
  description = "The ARN of GitHub's identity provider where the account has it already: there can be only one. Empty makes it."
  type        = string
  default     = ""
}

variable "bot_principal" {
  description = "The ARN of the role or user that Pilothouse runs as, to let it meter and hold costs here; empty for no such role."
  type        = string
  default     = ""
}

variable "bot_may" {
  description = "What it may do beside reading costs: enforce the daily limit, reach agents."
  type        = set(string)
  default     = ["enforce", "agents"]
  validation {
    condition     = length(setsubtract(var.bot_may, ["enforce", "agents"])) == 0
    error_message = "It may enforce and agents."
  }
}

variable "agent_role" {
  description = "The role that agents call models with, as orchestrator/ makes it; it is denied model calls at the last mark of the limit."
  type        = string
  default     = "pilothouse-agents"
}

variable "agent_instances" {
  description = "The machines that agents live on, as orchestrator/ tells them."
  type        = list(string)
  default     = []
}

variable "protected_instances" {
  description = "Machines that are never ended, whatever their tags say."
  type        = list(string)
  default     = []
}

variable "daily_budget" {
  description = "US dollars a day of the whole account after which AWS itself writes to budget_emails; 0 for no such budget."
  type        = number
  default     = 0
}

variable "budget_emails" {
  description = "Who is written to."
  type        = list(string)
  default     = []
}

variable "images" {
  description = "Container images that release.yml pushes to ECR, by name; none where they go to GitHub."
  type        = set(string)
  default     = []
}
