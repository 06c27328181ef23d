def f(name, width, value):
    a = f"{name!r:>{width}} and {value=:.2f}"
    b = f"{{}}{name}"
    c = "%s-%r" % (name, value)
    d = "".join([name, "x"])
    return a, b, c, d, f"", rb"bytes" b"more"
