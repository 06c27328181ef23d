def f(items):
    total = 0
    for item in items:
        if not item:
            continue
        while item > 10:
            item -= 10
            if item == 5:
                break
        else:
            total += item
    return total
