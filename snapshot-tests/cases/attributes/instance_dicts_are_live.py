def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C: pass
c = C()
d = c.__dict__
c.a = 1
print(d)
d["b"] = 2
print(c.b)
c.__dict__ = {"new": 5}
print(c.new, hasattr(c, "a"), d)
def s(v): c.__dict__ = v
attempt(lambda: s(5))
