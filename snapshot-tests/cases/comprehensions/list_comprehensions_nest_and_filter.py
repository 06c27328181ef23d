print([x * y for x in range(4) if x % 2 for y in range(3) if y])
print([[x + y for y in range(2)] for x in range(3)])
print([(a, b) for a, b in zip("xy", (1, 2))], [x for x in []])
