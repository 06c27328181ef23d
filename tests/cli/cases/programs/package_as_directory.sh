$PY shop
