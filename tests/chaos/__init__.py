"""What RELIABILITY asks of mail, measured: `make chaos-mail`, and in small in the normal tests."""
