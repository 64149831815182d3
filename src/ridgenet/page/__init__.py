"""The playground, the report, and what they share."""
