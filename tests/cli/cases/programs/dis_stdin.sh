echo "print(a.b(c))" | $PY -m dis
