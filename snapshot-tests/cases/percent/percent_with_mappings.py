def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print("%(a)s %(b)05.1f %(a)r %%" % {"a": "x", "b": 2.25, "c": 0})
attempt(lambda: "%(a)s" % {})
attempt(lambda: "%(a)s" % (1,))
attempt(lambda: "%(a)s %s" % {"a": 1})
print("%s" % {"a": 1}, "x" % {}, "x" % [])
