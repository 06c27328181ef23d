def f(name):
    try:
        with open(name) as file:
            return file.read()
    except OSError as error:
        print(error)
    finally:
        name = None


def g():
    try:
        f(1)
    except* ValueError:
        pass
