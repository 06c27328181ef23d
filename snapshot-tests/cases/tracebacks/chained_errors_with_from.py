def f():
    try:
        {}["k"]
    except KeyError as error:
        raise ValueError("bad key") from error
f()
