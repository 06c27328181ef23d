a = []
print(a is a, a is not [], None is None, () is (), True is not False)
