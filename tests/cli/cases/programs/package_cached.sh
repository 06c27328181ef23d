$PY -m shop >/dev/null; $PY -m shop | tail -n 3; ls shop/__pycache__ shop/stock/__pycache__
