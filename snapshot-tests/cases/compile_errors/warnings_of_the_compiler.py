x = 5
print(x is 5)
print(() is ())
assert (x, "message")
"a"(1) if x == 6 else None
print("\d")
