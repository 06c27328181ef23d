try:
    del nothing
except NameError as error:
    print(error, error.name)
def f():
    del inner
    inner = 1
try:
    f()
except UnboundLocalError as error:
    print(error)
