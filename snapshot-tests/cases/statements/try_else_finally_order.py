def f(fail):
    try:
        print("try")
        if fail:
            raise KeyError("k")
    except KeyError as error:
        print("except", error)
    else:
        print("else")
    finally:
        print("finally")
f(False)
f(True)
