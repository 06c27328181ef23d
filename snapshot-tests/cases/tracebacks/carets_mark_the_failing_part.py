def f(a, b):
    return a["x"]["y"] + b.value.other
f({"x": {"y": 1}}, None)
