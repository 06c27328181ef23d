def f(): raise ValueError("in f")
errors = []
for n in range(2):
    try:
        f()
    except ValueError as e:
        errors.append(e)
raise ExceptionGroup("collected", errors)
