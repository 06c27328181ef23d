def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(1, 2, sep="-", end="!\n")
print()
print("a", "b", sep="")
print("x", end="")
print(*range(3), sep=", ", flush=True)
attempt(lambda: print(sep=5))
attempt(lambda: print(end=5))
