for wanted in 2, 9:
    for n in range(5):
        if n == wanted:
            print("found", n)
            break
    else:
        print("not found", wanted)
