try:
    raise SystemExit(2)
finally:
    print("cleanup")
