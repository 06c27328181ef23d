match = 1
case = [2]
_ = 3
print(match, case, _)
match (match, case):
    case (1, [2]):
        print("ok")
print(match * 2, match - 1)
