match [1, 2, 3]:
    case [a, b]:
        print("no")
    case [a, *b] if a > 5:
        print("no")
    case _:
        print("kept", a, b)
