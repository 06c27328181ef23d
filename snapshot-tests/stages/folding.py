"""What is done before the program runs."""
x = 1 + 2 * 3, "a" "b", (1, 2)[0], not a == b, -(-5)
if False:
    unreachable()
y = z if 1 else w
assert x in [1, 2], "message"
