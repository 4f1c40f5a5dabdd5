"""What the pages of failures and flaky tests show: summed up by the database, however long a history is."""
