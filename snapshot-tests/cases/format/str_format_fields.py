def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print("{} {}".format(1, 2), "{1} {0}".format("a", "b"), "{x} {y!r}".format(x=1, y="s"), "{0[1]} {0[k]}".format({1: "i", "k": "s"}) if 0 else "", "{0.real} {0.imag}".format(3 + 4j), "{:>{w}}".format("a", w=4))
attempt(lambda: "{} {1}".format(1, 2))
attempt(lambda: "{1} {}".format(1, 2))
attempt(lambda: "{}".format())
attempt(lambda: "{x}".format(y=1))
attempt(lambda: "{".format())
attempt(lambda: "}".format())
attempt(lambda: "{0!z}".format(1))
attempt(lambda: "{0[}".format(1))
attempt(lambda: "{0.}".format(1))
attempt(lambda: "{0[a}".format(1))
attempt(lambda: "{!r".format(1))
