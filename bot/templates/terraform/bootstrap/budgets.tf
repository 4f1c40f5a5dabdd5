# AWS's own warning about the whole account, a day late as its bills are.

resource "aws_budgets_budget" "account" {
  count        = var.daily_budget > 0 ? 1 : 0
  name         = "pilothouse"
  budget_type  = "COST"
  time_unit    = "DAILY"
  limit_amount = tostring(var.daily_budget)
  limit_unit   = "USD"

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
