$PY -m this
