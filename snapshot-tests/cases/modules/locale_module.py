import _locale
import locale


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


locale.setlocale(locale.LC_ALL, "C")
print(locale.localeconv())
for function in (
    lambda: locale.setlocale(locale.LC_CTYPE), lambda: locale.setlocale(locale.LC_CTYPE, "C.UTF-8"), lambda: locale.setlocale(locale.LC_ALL),
    lambda: locale.setlocale(locale.LC_CTYPE, "xx_NOPE"), lambda: locale.setlocale(99), lambda: locale.setlocale(99, "C"), lambda: locale.setlocale(-1, "C"),
    lambda: locale.setlocale(locale.LC_MESSAGES, "C.UTF-8"), lambda: locale.setlocale(locale.LC_ALL), lambda: locale.setlocale(locale.LC_ALL, locale.setlocale(locale.LC_ALL)),
    lambda: locale.setlocale(locale.LC_ALL, "LC_CTYPE=C.UTF-8;LC_NUMERIC=C"), lambda: locale.setlocale(locale.LC_ALL, "POSIX"), lambda: locale.setlocale("a"),
    lambda: locale.setlocale(0, 3), lambda: locale.setlocale(0, "C\0"), lambda: locale.getlocale(), lambda: locale.nl_langinfo(locale.CODESET),
    lambda: locale.setlocale(locale.LC_CTYPE, "C.UTF-8"), lambda: locale.nl_langinfo(locale.CODESET), lambda: locale.getencoding(),
    lambda: locale.nl_langinfo(99999), lambda: [locale.nl_langinfo(item) for item in (locale.DAY_1, locale.ABMON_12, locale.RADIXCHAR, locale.T_FMT, locale.YESEXPR)],
    lambda: locale.strcoll("a", "b"), lambda: locale.strcoll("b", "a"), lambda: locale.strcoll("a", "a"), lambda: locale.strxfrm("aé"), lambda: locale.strxfrm("a\0b"),
    lambda: sorted(["b", "a", "é", "B"], key=locale.strxfrm), lambda: locale.gettext("hello"), lambda: locale.textdomain(None), lambda: locale.bindtextdomain("a", None),
    lambda: locale.bindtextdomain("", None), lambda: locale.dgettext("a", "b"), lambda: locale.dcgettext("a", "b", 5), lambda: locale.bind_textdomain_codeset("a", None),
    lambda: locale.format_string("%d %.2f", (1234567, 3.14159), grouping=True), lambda: locale.atof("3.5"), lambda: locale.str(1.5), lambda: locale.currency(3),
    lambda: (locale.Error, locale.Error.__module__, _locale.Error is locale.Error), lambda: locale.normalize("de_DE"),
):
    attempt(function)
