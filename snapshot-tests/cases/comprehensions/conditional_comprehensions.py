print(["even" if x % 2 == 0 else "odd" for x in range(3)], [x for x in range(20) if x % 2 if x % 3])
print([y for x in range(3) if (y := x * 2) > 1])
