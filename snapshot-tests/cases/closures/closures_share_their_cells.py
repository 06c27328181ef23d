def make():
    n = 0
    def up():
        nonlocal n
        n += 1
        return n
    def show(): return n
    return up, show
up, show = make()
up(); up()
print(show(), up.__closure__[0] is show.__closure__[0], up.__code__.co_freevars)
