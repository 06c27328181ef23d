import sys
def show(): print(sys.exc_info()[0], repr(sys.exc_info()[1]))
show()
try:
    raise ValueError(1)
except ValueError:
    show()
    try:
        raise KeyError(2)
    except KeyError:
        show()
    show()
show()
