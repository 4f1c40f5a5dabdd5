# The one document by which Pilothouse reaches agents: it runs a program as the owner of a folder, never as root.

locals {
  # The line AS_OWNER stands for the script, without its first line.
  script = join(", ", [for line in slice(split("\n", trimsuffix(file("${path.module}/ssm/as_owner.sh"), "\n")), 1, length(split("\n", trimsuffix(file("${path.module}/ssm/as_owner.sh"), "\n")))) : jsonencode(line)])
}

resource "aws_ssm_document" "run" {
  for_each        = toset(var.regions)
  region          = each.key
  name            = "pilothouse-run"
  document_type   = "Command"
  document_format = "JSON"
  target_type     = "/AWS::EC2::Instance"
  content         = jsonencode(jsondecode(replace(file("${path.module}/ssm/pilothouse-run.json"), "\"AS_OWNER\"", local.script)))
}
