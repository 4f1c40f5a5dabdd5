# AWS's own warning, a day late as its bills are. The limit that acts is `costs.limit` of .github/pilothouse.yml.

resource "aws_budgets_budget" "environment" {
  count        = var.daily_budget > 0 ? 1 : 0
  name         = "${local.name}-${var.region}"
  budget_type  = "COST"
  time_unit    = "DAILY"
  limit_amount = tostring(var.daily_budget)
  limit_unit   = "USD"

  # The tag has to be made a cost allocation tag once, in the account that pays.
  cost_filter {
    name   = "TagKeyValue"
    values = [format("user:pilothouse:environment$%s", var.environment)]
  }

  # A daily budget has no forecast.
  dynamic "notification" {
    for_each = length(var.budget_emails) > 0 ? [80, 100] : []
    content {
      comparison_operator        = "GREATER_THAN"
      notification_type          = "ACTUAL"
      threshold                  = notification.value
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = var.budget_emails
    }
  }

  lifecycle {
    precondition {
      condition     = length(var.budget_emails) > 0
      error_message = "A budget without budget_emails warns nobody."
    }
  }
}
