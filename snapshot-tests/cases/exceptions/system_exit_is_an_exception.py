try:
    raise SystemExit(3)
except SystemExit as error:
    print(error.code, error.args, repr(error))
try:
    import sys
    sys.exit()
except SystemExit as error:
    print(error.code, error.args)
try:
    sys.exit("message")
except BaseException as error:
    print(repr(error.code))
print(SystemExit(1, 2).code)
