def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(1j, 1 + 2j, -1j, complex(1, -2), complex("1+2j"), complex(" -j "), complex("1e2"), 0j, -0j, complex(-0.0, 1), 1.5 - 0.5j, complex(float("inf"), float("nan")))
print((1 + 2j) * (3 - 1j), (1 + 2j) / (1 - 1j), (1 + 2j) ** 2, abs(3 + 4j), (1 + 2j).conjugate(), (1 + 2j).real, 1j ** 2, 1 + 0j == 1, hash(1 + 0j) == 1, +(1j), bool(0j))
attempt(lambda: 1j / 0)
attempt(lambda: 1j // 1)
attempt(lambda: 1j % 1)
attempt(lambda: 1j < 2j)
attempt(lambda: complex("a"))
attempt(lambda: complex("1 + 2j"))
attempt(lambda: complex("1", 2))
attempt(lambda: complex(1, "2"))
attempt(lambda: complex([]))
attempt(lambda: int(1j))
attempt(lambda: float(1j))
attempt(lambda: 0j ** -1)
attempt(lambda: divmod(1j, 1))
