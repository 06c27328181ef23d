$PY endless.py
