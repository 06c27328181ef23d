printf 'one\ntwo' | $PY -c '
print(repr(input()), repr(input("prompt> ")))
try: input("more> ")
except EOFError as e: print(repr(e))'; echo $?
