def takes_two(a, b): pass
takes_two(1)
