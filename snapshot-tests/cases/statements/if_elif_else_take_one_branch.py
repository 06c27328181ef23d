for n in range(-1, 3):
    if n < 0:
        print("negative")
    elif n == 0:
        print("zero")
    elif n == 1:
        print("one")
    else:
        print("many")
