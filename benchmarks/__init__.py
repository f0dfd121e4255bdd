"""How long decisions take, beside other ways to decide the same law: `python -m benchmarks [--json FILE]`.

Every way is given the same norms, translated from those in force for an agency on a day, and the same complete
requests. Before anything is timed, all must give the same statuses and the same deciding norms.
"""
