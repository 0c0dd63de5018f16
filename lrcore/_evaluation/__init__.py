"""How formulas are computed: operands, the NumPy reference, rounding, and stacked sequences.

Nothing here knows how a schedule is defined, checked or written down.
"""
