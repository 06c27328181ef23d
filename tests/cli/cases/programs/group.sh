$PY group.py
