import sys

print("Hello,", *(sys.argv[1:] or ["world"]))
