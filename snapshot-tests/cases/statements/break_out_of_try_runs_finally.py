for n in range(3):
    try:
        if n == 1:
            break
        print(n)
    finally:
        print("finally", n)
