def ping(n):
    return pong(n + 1)


def pong(n):
    return ping(n + 1)


def straight():
    straight()


try:
    ping(0)
except RecursionError as error:
    print(error)
straight()
