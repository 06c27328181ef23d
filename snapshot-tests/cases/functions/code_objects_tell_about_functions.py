def f(a, b, /, c, *d, e, **g):
    h = 1
    return h
c = f.__code__
print(c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_varnames, c.co_nlocals, c.co_name, c.co_firstlineno)
print(c.co_consts, c.co_names, c.co_freevars, c.co_cellvars, c.co_flags, c.co_qualname, c.co_filename)
