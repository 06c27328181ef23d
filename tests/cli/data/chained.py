import json


class ConfigError(Exception):
    pass


def parse(text):
    try:
        return {"a": 1}[text]
    except KeyError as error:
        raise ConfigError("no such key:", text) from error


def load(text):
    try:
        return parse(text) + [x / 0 for x in range(3)]
    except ConfigError:
        error = ValueError("while loading")
        error.add_note("a note\nof two lines")
        raise error


def main():
    try:
        load("b")
    finally:
        (lambda settings: settings["x"]["y"]["z"] + 1)({"x": {"y": {"z": None}}})


main()
