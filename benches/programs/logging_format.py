import logging


class Sink(logging.Handler):
    size = 0

    def emit(self, record):
        Sink.size += len(self.format(record))


log = logging.getLogger("bench")
handler = Sink()
handler.setFormatter(logging.Formatter("%(levelname)s:%(name)s:%(message)s"))
log.addHandler(handler)
log.propagate = False
log.setLevel(logging.INFO)
for i in range(15000):
    log.info("message %d of %s", i, "bench")
    log.debug("never %d", i)
print(Sink.size)
