def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


attempt(lambda: "%d" % "a")
attempt(lambda: "%s %s" % 1)
attempt(lambda: "%s" % (1, 2))
attempt(lambda: "%z" % 1)
attempt(lambda: "%" % 1)
attempt(lambda: "%c" % "ab")
attempt(lambda: "%c" % 1114112)
attempt(lambda: "%x" % 1.5)
attempt(lambda: "%d" % None)
attempt(lambda: "%f" % "x")
attempt(lambda: "%*d" % ("a", 1))
attempt(lambda: "a" % 1)
attempt(lambda: "%s" % ())
