import sys
sys.setrecursionlimit(30)
def a(): b()
def b(): a()
a()
