# What an environment is made of. The workflows pass the first seven; environments/ENVIRONMENT.tfvars holds the rest.

variable "environment" {
  description = "The environment: staging, production, or the name of the test cluster."
  type        = string
  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", var.environment))
    error_message = "The environment is a name of letters, digits, dots, dashes and underscores."
  }
}

variable "region" {
  description = "The region that it stands in. A second region is an environment of its own."
  type        = string
  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region is one of AWS's, such as us-east-1."
  }
}

variable "cluster" {
  description = "The value of the tag pilothouse:cluster, by which the daily limit knows what it may end."
  type        = string
  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", var.cluster))
    error_message = "The cluster is a name of letters, digits, dots, dashes and underscores."
  }
}

variable "storage_nodes" {
  description = "How many storage nodes there are; 0 for none."
  type        = number
  default     = 5
  validation {
    condition     = var.storage_nodes >= 0 && var.storage_nodes <= 100 && floor(var.storage_nodes) == var.storage_nodes
    error_message = "There can be 0 to 100 storage nodes."
  }
}

variable "client_nodes" {
  description = "How many client nodes there are; 0 for none."
  type        = number
  default     = 2
  validation {
    condition     = var.client_nodes >= 0 && var.client_nodes <= 100 && floor(var.client_nodes) == var.client_nodes
    error_message = "There can be 0 to 100 client nodes."
  }
}

variable "spot" {
  description = "Whether the machines are spot instances: cheaper by 60 to 90 %, and AWS may end them."
  type        = bool
  default     = false
}

variable "artifacts_bucket" {
  description = "The bucket that programs are pushed to."
  type        = string
  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.artifacts_bucket))
    error_message = "The bucket is a name of 3 to 63 lower-case letters, digits, dots and dashes."
  }
}

variable "settings_of" {
  description = "For which environment the settings were written: staging's are never applied to production."
  type        = string
}

variable "reap" {
  description = "Whether the daily limit may end the machines (tag pilothouse:reap); only spot instances are ever ended."
  type        = bool
  default     = false
}

variable "storage_type" {
  description = "The instance type of storage nodes, of x86-64."
  type        = string
  default     = "i4i.2xlarge"
}

variable "client_type" {
  description = "The instance type of client nodes, of x86-64."
  type        = string
  default     = "c7a.xlarge"
}

variable "other_nodes" {
  description = "Machines that serve the others, by name; there are none where there is no other machine."
  type = map(object({
    type     = string
    count    = optional(number, 1)
    programs = optional(list(string), [])
  }))
  default = {}
  validation {
    condition     = alltrue([for name, each in var.other_nodes : can(regex("^[a-z][a-z0-9-]{0,31}$", name)) && !contains(["storage", "client"], name) && each.count >= 0 && each.count <= 100])
    error_message = "Other nodes have names of lower-case letters, digits and dashes (not storage or client), 0 to 100 each."
  }
}

variable "storage_programs" {
  description = "The programs that run on storage nodes."
  type        = list(string)
  default     = []
}

variable "client_programs" {
  description = "The programs that run on client nodes."
  type        = list(string)
  default     = []
}

variable "programs" {
  description = "How programs are run, by name; what is not said is run without arguments, as the user cluster."
  type = map(object({
    arguments    = optional(list(string), [])
    environment  = optional(map(string), {})
    user         = optional(string, "cluster")
    capabilities = optional(list(string), []) # of Linux: CAP_SYS_ADMIN lets a file system be mounted
    health       = optional(string, "")       # an address on the machine itself that answers 200 when all is well
    settle       = optional(number, 30)       # seconds that it may take until it is healthy
    drain        = optional(string, "")       # a command of bash before it is stopped
  }))
  default = {}
  validation {
    condition     = alltrue([for name, each in var.programs : can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$", name)) && can(regex("^[a-z_][a-z0-9_-]{0,31}$", each.user)) && (each.health == "" || can(regex("^http://(127\\.0\\.0\\.1|localhost)(:[0-9]+)?/", each.health)))])
    error_message = "Programs have plain names and users, and health is an address such as http://127.0.0.1:9100/healthz."
  }
}

variable "data_folder" {
  description = "Where local disks (NVMe) are mounted, each as a folder of its own; a machine without them has the folder on its root disk."
  type        = string
  default     = "/var/lib/cluster"
  validation {
    condition     = can(regex("^(/[A-Za-z0-9._-]+)+$", var.data_folder))
    error_message = "The folder is an absolute path of plain names."
  }
}

variable "root_disk" {
  description = "GB of each machine's root disk (gp3, encrypted)."
  type        = number
  default     = 30
  validation {
    condition     = var.root_disk >= 8 && var.root_disk <= 16384
    error_message = "A root disk has 8 to 16384 GB."
  }
}

variable "generation" {
  description = "Raise it to have every machine made anew, with today's image and first-start script; otherwise a machine keeps those that it was made with."
  type        = number
  default     = 1
}

variable "network_range" {
  description = "The addresses of the environment's network."
  type        = string
  default     = "10.20.0.0/16"
  validation {
    condition     = can(cidrsubnet(var.network_range, 8, 255)) && try(tonumber(split("/", var.network_range)[1]) <= 20, false)
    error_message = "The range is written as 10.20.0.0/16, and is at most a /20."
  }
}

variable "zones" {
  description = "The availability zones that machines are spread over, by their letters, in turn. To change it is to make machines anew."
  type        = list(string)
  default     = ["a", "b", "c"]
  validation {
    condition     = length(var.zones) > 0 && length(distinct(var.zones)) == length(var.zones) && alltrue([for zone in var.zones : can(regex("^[a-h]$", zone))])
    error_message = "Zones are the letters a to h, each once: [\"a\", \"b\"] is us-east-1a and us-east-1b in us-east-1."
  }
}

variable "outbound" {
  description = "How machines reach the outside: endpoints (AWS's own services and nothing else), or nat (everything, by a NAT gateway). Nothing outside ever reaches them."
  type        = string
  default     = "endpoints"
  validation {
    condition     = contains(["endpoints", "nat"], var.outbound)
    error_message = "Outbound is endpoints or nat."
  }
}

variable "daily_budget" {
  description = "US dollars a day of this environment after which AWS itself writes to budget_emails; 0 for no such budget."
  type        = number
  default     = 0
  validation {
    condition     = var.daily_budget >= 0
    error_message = "A budget is no less than 0 dollars."
  }
}

variable "budget_emails" {
  description = "Who is written to."
  type        = list(string)
  default     = []
}

variable "key" {
  description = "The ARN of the key that disks are encrypted with, which whoever applies has to be allowed to use; empty for the account's own key for disks."
  type        = string
  default     = ""
}

variable "permissions_boundary" {
  description = "The ARN of the boundary of the machines' role, as bootstrap made it; empty for pilothouse-boundary of this account."
  type        = string
  default     = ""
}
