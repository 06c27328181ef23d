def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


l = [1, "a", None, [2.0]]
l.append(l)
print(l, [[]], [()], [{}])
m = [1]
m[0] = m
attempt(lambda: m == [m])
print(m == m)
