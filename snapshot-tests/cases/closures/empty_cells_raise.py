def f():
    def g(): return x
    try:
        g()
    except NameError as error:
        print(type(error).__name__, error)
    x = 1
    print(g())
    del x
    try:
        g()
    except NameError as error:
        print(error)
    try:
        x
    except UnboundLocalError as error:
        print(error)
f()
