def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


e = ImportError("msg", name="n", path="p")
print(e, e.name, e.path, e.msg, repr(e))
n = NameError("x", name="y")
print(n.name, n)
a = AttributeError("m", name="q", obj=5)
print(a.name, a.obj, a)
attempt(lambda: ImportError(foo=1))
try:
    import nothing_like_this
except ModuleNotFoundError as error:
    print(error, error.name)
