x = 5
assert x == 6, f"x was {x}"
