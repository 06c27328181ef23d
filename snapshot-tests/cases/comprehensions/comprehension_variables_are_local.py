x = "outer"
print([x for x in range(3)], x)
print({x: x for x in "ab"}, x, {x for x in (1,)}, x)
