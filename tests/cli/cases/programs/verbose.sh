mkdir pkg; echo 'X = 1' > hello.py; echo > pkg/__init__.py; echo > pkg/sub.py; echo 'import hello' > main.py
touch -d @1600000000 hello.py pkg/__init__.py pkg/sub.py
mine() { grep -E 'hello|pkg|Traceback|Error'; }
ends='^# (clear|restore) |cleanup.3.|cleanup.2. removing (sys|builtins|posix|__main__)$'
echo 'the start'; $PY -v -S -c '' 2>&1 | sed -n '1,/installed zipimport/p'
echo 'the end'; $PY -v -S -c '' 2>&1 | grep -E "$ends"
echo 'written'; $PY -v -S -c 'import hello' 2>&1 | mine
echo 'read'; $PY -vv -S -c 'import hello' 2>&1 | grep hello
echo 'package'; $PY -v -S -c 'import pkg.sub' 2>&1 | mine
touch -d @1600000009 hello.py
echo 'stale'; $PY -v -S main.py 2>&1 | mine
printf 'abcd' > __pycache__/hello.cpython-311.pyc
echo 'magic'; $PY -v -S -B -c 'import hello' 2>&1 | mine
echo 'dropped'; $PY -v -S -c 'import hello, sys; del sys.modules["hello"], hello; print("hello again")' 2>&1 | mine
echo 'redirected'; $PY -v -S -c 'import io, sys; sys.stderr = io.StringIO(); import hello; print(sys.stderr.getvalue())' 2>/dev/null
echo 'missing'; $PY -v -S -c 'import nope' 2>&1 | mine
echo 'times'; $PY -X importtime -S -c 'import pkg.sub' 2>&1 | sed 's/.*|//' | tail -4
