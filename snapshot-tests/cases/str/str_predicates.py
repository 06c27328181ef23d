for s in "", "abc", "ABC", "Abc", "123", "½", "²", "a1", " ", "\n", "é", "_a", "1a", "Σ", "class", "\u0660":
    print(ascii(s), s.isalpha(), s.isdigit(), s.isdecimal(), s.isnumeric(), s.isalnum(), s.isspace(), s.isupper(), s.islower(), s.istitle(), s.isidentifier(), s.isprintable(), s.isascii())
