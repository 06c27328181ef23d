class Eq:
    def __eq__(self, other): return True
def f(x):
    match x:
        case None: return "None"
        case True: return "True"
        case 5: return "equal to 5"
print(f(Eq()), f(1), f(True))
