# What Pilothouse itself may do in the account. The statements are those that `pilothouse costs iam` prints: they lie in
# policies/ as the program has them, and are filled here.

locals {
  written = { for name in concat(["read"], tolist(var.bot_may), length(var.bot_may) > 0 ? ["never"] : []) : name => file("${path.module}/policies/${name}.json") }

  # Where a text stands for several, it becomes a list of them; what nothing was given for stays as it is, and its
  # statement is left out.
  filled = { for name, text in local.written : name => replace(replace(replace(replace(replace(text,
    "\"arn:aws:ec2:*:ACCOUNT_ID:instance/AGENT_INSTANCES\"",
    length(var.agent_instances) == 0 ? "\"AGENT_INSTANCES\"" : join(", ", [for id in var.agent_instances : "\"arn:aws:ec2:*:ACCOUNT_ID:instance/${id}\""])),
    "\"arn:aws:ec2:*:ACCOUNT_ID:instance/PROTECTED_INSTANCES\"",
    length(var.protected_instances) == 0 ? "\"PROTECTED_INSTANCES\"" : jsonencode([for id in var.protected_instances : "arn:aws:ec2:*:ACCOUNT_ID:instance/${id}"])),
    "\"REGIONS\"", jsonencode(var.regions)),
    "ACCOUNT_ID", local.account),
    "AGENT_ROLE", var.agent_role == "" ? "AGENT_ROLE" : var.agent_role)
  }
  statements = flatten([for text in values(local.filled) : [
    for statement in jsondecode(replace(replace(text, "\"CLUSTER\"", jsonencode(var.cluster)), "arn:aws:", "arn:${local.partition}:")) :
    statement if !can(regex("AGENT_INSTANCES|PROTECTED_INSTANCES|AGENT_ROLE", jsonencode(statement)))
  ]])
}

resource "aws_iam_role" "bot" {
  count       = var.bot_principal == "" ? 0 : 1
  name        = "pilothouse"
  description = "Pilothouse: meters costs, holds the daily limit, reaches agents."
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = jsondecode(replace(replace(file("${path.module}/policies/trust.json"),
      "\"PRINCIPAL\"", jsonencode(var.bot_principal)),
    "\"EXTERNAL_ID\"", jsonencode("pilothouse:${var.repository_id}")))
  })
}

resource "aws_iam_role_policy" "bot" {
  count  = length(aws_iam_role.bot)
  name   = "pilothouse"
  role   = aws_iam_role.bot[0].id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements })
}
