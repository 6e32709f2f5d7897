"""How fast Showcaller is, against a floor measured in the same run: `python -m tests.bench`.

Each row of the table is one module with `measure() -> Iterable[Row]`. The machine is shared and noisy,
so rows are ratios to the floor beside them, and nothing here asserts.
"""
