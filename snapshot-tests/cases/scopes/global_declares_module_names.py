def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


x = 1
def f():
    global x, y
    x = 2
    y = 3
f()
print(x, y)
def g():
    global y
    del y
g()
attempt(lambda: y)
