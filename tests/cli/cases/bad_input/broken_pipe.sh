($PY -c 'for i in range(100000): print(i)'; echo $? >&2) | head -n 1
($PY -c 'import time, sys
print("x", flush=True)
sys.stdin.read()
print("y")' ; echo $? >&2) | true
