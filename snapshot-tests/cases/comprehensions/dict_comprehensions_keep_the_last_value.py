print({k % 2: k for k in range(5)})
def v(x): print("v", x); return x
print({v("k"): v("v") for _ in range(1)})
