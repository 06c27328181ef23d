# stdin: hello there
print(repr(input("prompt> ")))
try:
    input()
except EOFError as error:
    print(error)
