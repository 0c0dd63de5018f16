"""A fuzzer for all that lrcore is given: documents, arguments, operators, plans, durations, steps and files."""
