def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


t = (1, 2, 3, 2)
print(t[0], t[-1], t[1:3], t + (4,), t * 2, t.count(2), t.index(3), 2 in t, len(t), (1, 2) < (1, 3), (1,) < (1, 0), () == (), hash((1, 2)) == hash((1, 2)), (1,), (), tuple("ab"), tuple([1]))
attempt(lambda: t[9])
attempt(lambda: t["a"])
attempt(lambda: t.index(9))
attempt(lambda: t + [1])
def s(): t[0] = 1
def d(): del t[0]
attempt(lambda: s())
attempt(lambda: d())
attempt(lambda: hash(([],)))
attempt(lambda: tuple(5))
