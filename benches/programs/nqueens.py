def queens(n, row, columns, left, right):
    if row == n:
        return 1
    found = 0
    for column in range(n):
        if columns & 1 << column or left & 1 << (row + column) or right & 1 << (row - column + n):
            continue
        found += queens(n, row + 1, columns | 1 << column, left | 1 << (row + column), right | 1 << (row - column + n))
    return found


print(queens(8, 0, 0, 0, 0) + queens(7, 0, 0, 0, 0))
