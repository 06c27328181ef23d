$PY coroutines.py
