try:
    assert 1 == 2, "one is not two"
except AssertionError as error:
    print(repr(error))
try:
    assert ()
except AssertionError as error:
    print(repr(error), error.args)
