for text in "(" * 300, "(" * 100 + "1" + ")" * 100, "-" * 50 + "1":
    try:
        print(eval(text))
    except SyntaxError as error:
        print(error.msg)
