try:
    raise ValueError("plain")
except* ValueError as e:
    print(repr(e))
try:
    pass
except* ValueError:
    print("no")
else:
    print("else")
