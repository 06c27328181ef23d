$PY hello.py; $PY hello.py you "and me"
