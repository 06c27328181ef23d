def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class SetOnly:
    def __set__(self, obj, value): obj.__dict__["s"] = value + 1
class C:
    s = SetOnly()
c = C()
print(type(c.s).__name__)
c.s = 4
print(c.s)
def d(): del c.s
attempt(lambda: d())
