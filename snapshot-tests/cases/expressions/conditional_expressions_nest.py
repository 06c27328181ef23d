for n in range(4):
    print("zero" if n == 0 else "one" if n == 1 else "more")
