print(0 or "", 0 or 5, [] and 1, 3 and 4, not [], not 3)
print(None or 0 or [] or "last")
print(1 and "x" and () and 3)
