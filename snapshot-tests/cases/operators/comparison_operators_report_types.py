for a, b in (1, "a"), ([], ()), (None, None), ({}, {}), (1j, 1), (len, len), (object, 1), (b"a", "a"):
    for op in "<", "<=", ">", ">=":
        try:
            print(eval(f"a {op} b"))
        except TypeError as e:
            print(e)
