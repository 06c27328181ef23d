def run(n):
    x = 0.5
    for i in range(n):
        x = x * 0.99 + (1.0 - x) * 0.01 / 2.0
    return x


print(run(2000000))
