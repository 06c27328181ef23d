x, d = 5, {"k": [1, 2]}
print(f"{x} {x + 1} {d['k'][0]} {x!r} {'a' 'b'} {(lambda: 3)()} {x if x else 0} {[i for i in range(2)]}")
print(f"{{}} {{x}} {x}}}" + f"{{{x}}}", f"" f"a" "b{x}" f"{x}")
