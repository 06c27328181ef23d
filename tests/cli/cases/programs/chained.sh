$PY chained.py
