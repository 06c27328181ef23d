print(globals() is globals(), "__name__" in globals(), __name__)
globals()["made"] = 3
print(made)
def f(): return globals() is outer
outer = globals()
print(f())
