"""Invalid sources drawn from CPython's own tests, with what it says of them: `python3.11 -I -S snippets.py [TURN OF]`.

A snippet is a string constant or an example (`>>> `) of a test module that the compiler refuses, or a statement of a test module with one
token taken out, doubled, or exchanged with the next. With TURN and OF only a part of these mutations is made. Written are, for each: the
length of the source (4 bytes, little-endian), the source in UTF-8, and two answers, to the source as a string and as bytes, each with its
length in front: type, text, line, offset, end line, end offset, between tabs.
"""
import ast
import io
import os
import re
import sys
import tokenize
import warnings

MODULES = """
    test_syntax test_exceptions test_fstring test_grammar test_patma test_named_expressions test_positional_only_arg
    test_keywordonlyarg test_unpack_ex test_string_literals test_global test_future test_generators test_coroutines
    test_eof test_compile test_codeop test_ast test_except_star test_type_comments test_flufl test_scope
    test_unicode_identifiers test_tokenize test_exception_group test_dictcomps test_listcomps test_setcomps
    test_genexps test_parser test_pep646_syntax test_decorators test_with test_print test_int_literal test_complex
    test_float test_cmd_line_script test_traceback test_symtable test_type_annotations test_asyncgen test_unparse
    test_class test_super test_keyword test_augassign test_types test_builtin test_bytes test_generator_stop
""".split()

#: Modules whose statements are mutated.
MUTATED = "test_grammar test_patma test_fstring test_coroutines test_named_expressions test_decorators test_with".split()


def constants(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def examples(text):
    """The sources of the examples in a docstring."""
    lines = text.split("\n")
    place = 0
    while place < len(lines):
        match = re.match(r"( *)>>> ?(.*)", lines[place])
        place += 1
        if match:
            source = [match[2]]
            while place < len(lines) and re.match(match[1] + r"\.\.\.( |$)", lines[place]):
                source.append(lines[place][len(match[1]) + 4 :])
                place += 1
            yield "\n".join(source) + "\n"


def mutations(text, tree):
    """Statements of the module's functions with a token missing, twice, or in the wrong place."""
    lines = text.split("\n")
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt) or node.end_lineno - node.lineno > 6 or node.col_offset > 12:
            continue
        block = [line[node.col_offset :] for line in lines[node.lineno - 1 : node.end_lineno]]
        source = "\n".join(block) + "\n"
        try:
            tokens = [t for t in tokenize.generate_tokens(io.StringIO(source).readline) if t.string.strip()]
        except (tokenize.TokenError, IndentationError):
            continue
        starts = [0]
        for line in block:
            starts.append(starts[-1] + len(line) + 1)
        spans = [(starts[t.start[0] - 1] + t.start[1], starts[t.end[0] - 1] + t.end[1]) for t in tokens]
        for (start, end), (after, last) in zip(spans, spans[1:] + [(len(source), len(source))]):
            token = source[start:end]
            yield source[:start] + source[end:]
            yield source[:end] + " " + token + source[end:]
            yield source[:start] + source[after:last] + source[end:after] + token + source[last:]


def answer(source):
    try:
        compile(source, "<snippet>", "exec", 0, True)
    except SyntaxError as error:
        fields = [type(error).__name__, error.msg, error.lineno, error.offset, error.end_lineno, error.end_offset]
        return "\t".join(map(str, fields))
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return "other"
    return "compiles"


def main():
    turn, of = map(int, sys.argv[1:] or (0, 1))
    warnings.simplefilter("ignore")
    lib = os.path.dirname(os.__file__)
    seen = set()

    def show(source):
        if source in seen or len(source) > 20_000 or "\r" in source:
            return
        seen.add(source)
        try:
            data = source.encode()
        except UnicodeEncodeError:
            return
        answers = [answer(source), answer(data)]
        if "\t" in "".join(answers) and "other" not in answers:
            for part in (data, answers[0].encode(), answers[1].encode()):
                sys.stdout.buffer.write(len(part).to_bytes(4, "little") + part)

    place = 0
    for name in MODULES:
        try:
            with open(os.path.join(lib, "test", name + ".py"), encoding="utf-8") as file:
                text = file.read()
        except OSError:
            continue
        tree = ast.parse(text)
        for value in constants(tree):
            show(value)
            if ">>>" in value:
                for example in examples(value):
                    show(example)
        if name in MUTATED:
            for source in mutations(text, tree):
                place += 1
                if place % of == turn:
                    show(source)


main()
