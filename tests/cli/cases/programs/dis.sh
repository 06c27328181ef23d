$PY -m dis disassembled.py
