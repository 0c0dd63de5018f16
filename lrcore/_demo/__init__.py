"""The command `lrcore demo`: one schedule trains the same classifier in every framework."""
