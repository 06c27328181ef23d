def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print(b"%d %s %b %a %c %x %r" % (1, b"s", b"b", "é", 65, 255, "q"))
attempt(lambda: b"%s" % "text")
attempt(lambda: b"%c" % 256)
attempt(lambda: b"%b" % 5)
attempt(lambda: b"%d" % "x")
