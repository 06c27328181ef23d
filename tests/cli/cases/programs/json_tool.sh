$PY -m json.tool data.json
