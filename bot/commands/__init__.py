"""The commands, a module for each concern. Nothing heavy is imported before a command runs."""
