def numbers(n):
    x = 12345
    out = []
    for _ in range(n):
        x = (x * 1103515245 + 12345) % 2147483648
        out.append(x)
    return out


values = numbers(200000)
print(sorted(values)[1000], sorted(values, key=lambda v: v % 1000)[0], sorted(map(str, values))[5])
values.sort(reverse=True)
print(values[:2])
