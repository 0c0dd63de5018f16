"""What a schedule is: a frozen dataclass with checked fields and a kind, a formula or an expansion."""
