"""The words of a pattern are the same whether `re._compiler.compile` makes them or what it is made of."""
import _sre
import re
import sys
import warnings
from re import _compiler, _parser

PATTERNS = [
    "", "a", "abc", "a|b", "ab|ac", "a|", "|a", "foo|foobar|fob", "[abc]", "[^abc]", "[^a]", "[a-z]", "[a-zA-Z0-9_]", "[]x]", "[^]x]", "[x-]",
    "[aa]", "[\\d\\s]", "[\\W-]", "[\\]\\-]", "[\u0400-\u04ff]", "[a\u0100\u0200\u0300]", "[\U00010000-\U0010ffff]", "[a\U0001f600]",
    "a*", "a+?", "a??", "a{3}", "a{2,}", "a{,3}", "a{}", "a{x", "a{1,2", "(?:ab)*", "(ab)*", "(?:a|b)+", "a++", "(?:ab)*+", "(?>ab|a)b", "()", "(?:)*",
    "(a)(b)(c)", "(?P<x>a)(?P=x)", "(a)\\1", "(a)?(?(1)b|c)", "(?P<n>a)?(?(n)b)", "(?=a)b", "(?!a)b", "(?<=a)b", "(?<!ab|cd)e", "(?<=(?=a)b)c",
    "^a$", "\\Aa\\Z", "\\ba\\B", "\\d\\D\\s\\S\\w\\W", "\\n\\t\\x41\\u0041\\U00000041\\0\\07\\101\\.", "a.b", "(?s:.)(?-s:.)", "(?i:a)b", "(?i-m:k)s",
    "(?x) a b # c\n [ #]", "(?im)^s", "(?a)\\w", "(?u)\\w", "(?#x)a", "k\u212a", "\u0131", "\xb5", "((((a))))", "(a)|b\\1", "(?:(?:a))b", "a(?:b|c)d",
    "(?P<a>x)|(?P<b>y)", "[[:alpha:]]", "[a&&b]", "(", ")", "*", "a**", "[", "[z-a]", "\\", "(?P<1>a)", "(?<=a+)b", "\\2", "(?z)", "a(?i)", "\\q", "x{3,1}",
    "(?P<\xe9>x)", "(?(1)a)", "(?P<a>x)(?P<a>y)", "\\N{DIGIT ONE}", "a{99999999999}", "(?L)a", "(?t)a",
]
PATTERNS += [p.encode() for p in PATTERNS if p.isascii()]
FLAGS = [0, re.I, re.X, re.A, re.M | re.S, re.I | re.A, re.U, re.L, re.L | re.I]


def in_parts(pattern, flags):
    tree = _parser.parse(pattern, flags)
    names = tree.state.groupdict
    by_number = [None] * tree.state.groups
    for name, number in names.items():
        by_number[number] = name
    code = _compiler._code(tree, flags)
    return _sre.compile(pattern, flags | tree.state.flags, code, tree.state.groups - 1, names, tuple(by_number))


def outcome(compile, pattern, flags):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = compile(pattern, int(flags))
        except Exception as error:
            return type(error).__name__, str(error), [str(warning.message) for warning in caught]
    return result, result.flags, result.groups, list(result.groupindex.items()), [str(warning.message) for warning in caught]


different = compiled = refused = 0
for pattern in PATTERNS:
    for flags in FLAGS:
        one, other = outcome(in_parts, pattern, flags), outcome(_compiler.compile, pattern, flags)
        if one != other:
            different += 1
            print("different:", pattern, flags, one, other)
        if isinstance(one[0], str):
            refused += 1
        else:
            compiled += 1
print(different, compiled, refused)

# What somebody puts in the place of the parts is called.
calls = []
original = _compiler._code
_compiler._code = lambda tree, flags: calls.append("code") or original(tree, flags)
print(re.compile("one(two)").match("onetwo")[1], calls)
_compiler._code = original
parse = _parser.parse
_parser.parse = lambda text, flags=0: calls.append("parse") or parse(text, flags)
print(re.compile("one(three)").groups, calls)
_parser.parse = parse


class Text(str):
    pass


print(type(re.compile(Text("one")).pattern).__name__, re.compile("x", re.VERBOSE).flags, re.compile(b"x").flags)
seen = set()
sys.setprofile(lambda frame, event, argument: seen.add(frame.f_code.co_name))
_compiler.compile("traced")
sys.setprofile(None)
print("_code" in seen, "parse" in seen)
