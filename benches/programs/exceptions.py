class Problem(Exception):
    pass


def deep(n):
    if n == 0:
        raise Problem("deep")
    deep(n - 1)


def run(n):
    caught = 0
    for i in range(n):
        try:
            if i % 3 == 0:
                raise ValueError(i)
            if i % 3 == 1:
                {}["missing"]
            deep(5)
        except ValueError as error:
            caught += error.args[0] & 1
        except (KeyError, Problem):
            caught += 1
        finally:
            caught += 1
    return caught


print(run(120000))
