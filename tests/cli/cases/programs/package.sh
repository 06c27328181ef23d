$PY -m shop a b
