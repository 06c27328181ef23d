"""Warnings of the compiler that filters turn into errors become SyntaxErrors with a place."""
import warnings, ast
srcs = ["x = '\\q'\ndef f(:\n", "x = '\\q' 1if 2 '\\z' else\n", "x = ('\\q' '\\z'\n", "1if 1else 2 x\n", "f'{1if 1else 2}' \n", "f'{x!r:\\q}'\n", "f'{x:{1if 1 else 2}}' '\\q'\n", "'\\q' = 1\n", "x = ('\\q')('\\z'\n'\\w') x\n","def f():\n  a = '\\q'\n b = 1\n", "def f(a='\\q'):\n  return 1if 1else 2\n'abc\n","'\\q'; ()()\n", "x = b'\\q' '\\z'\n", "'\\q' 1if\n","1if x else '\\q'\n", "'\\q' if 1else 2\n", "del '\\q'\n", "for '\\q' in x: pass\n", "f'\\q{a b}'\n", "f'\\q{a!x}'\n", "f'{'\n'\\q'", "{'\\q': '\\w', '\\e'}\n", "with open('\\q') as x, open('\\w') as y z: pass\n", "with (open('\\q') as x, open('\\w') as y): pass\n", "match '\\q':\n  case '\\w': pass\n", "match ('\\q')\n", "f('\\q', '\\w' for x in y)\n", "print '\\q'\n", "f(a='\\q')\n","lambda x='\\q': '\\w'\n", "x[1:'\\q']\n", "assert '\\q', '\\w'\n", "def f(x:'\\q')->'\\w':\n\tpass\n        x\n", "'\\q' + f'\\w' + 1_a\n", "x: '\\q' = '\\w'\n", "('\\q',) += 1\n", "'''\n\\q''' +\n", "1if 1else 1is\n", "x = 1if 1else 2; y = '\\q'; z = 3if 3else 4\n", "\u00e9 = '\u00e9', '\\q'\n", "\u00e9 = 1if 1else 2\n", "if 1:\n  x = '''a\n\\q'''; y = '\\z'\n", "f('a', '''\n\\q\n''',\n b)\n",'f"""{\n1if 1else 2}"""\n', "x = \\\n '\\q'\n", "x = \\\n 1if 1else 2\n", "# c\nx = f'a{x}' f'\\q{1if 1else 3}'"]
for a in ('always','error', 'mixed', 'mixed2'):
  for s in srcs:
    for mode in ('exec', 'ast', 'bytes'):
        with warnings.catch_warnings(record=True) as w:
            if a == 'mixed':
                warnings.simplefilter('always')
                warnings.filterwarnings('error', category=SyntaxWarning)
            elif a == 'mixed2':
                warnings.simplefilter('always')
                warnings.filterwarnings('error', category=DeprecationWarning)
            else:
                warnings.simplefilter(a)
            try:
                if mode == 'symtable':
                    import _symtable
                    _symtable.symtable(s, '<s>', 'exec')
                elif mode == 'bytes':
                    compile(s.encode(), '<s>', 'exec')
                else:
                    r = compile(s, '<s>', 'single' if mode=='single' else 'exec', ast.PyCF_ONLY_AST if mode=='ast' else 0)
                r = 'ok'
            except SyntaxError as e:
                r = type(e).__name__, e.args, e.__context__
            except Exception as e:
                r = repr(e)
        print(a, ascii(s), mode, ascii(r), [(str(x.message), x.category.__name__, x.filename, x.lineno) for x in w])
