class Packet:
    def __init__(self, link, ident, kind):
        self.link = link
        self.ident = ident
        self.kind = kind
        self.datum = 0
        self.data = [0] * 4


class Task:
    def __init__(self, name, priority, scheduler):
        self.name = name
        self.priority = priority
        self.scheduler = scheduler
        self.queue = []
        self.held = False
        self.runs = 0
        scheduler.tasks.append(self)

    def step(self):
        raise NotImplementedError


class Idle(Task):
    def step(self):
        self.runs += 1
        self.scheduler.control = self.scheduler.control >> 1 ^ (0xD008 if self.scheduler.control & 1 else 0)
        target = self.scheduler.tasks[1 + self.scheduler.control % 3]
        target.queue.append(Packet(None, self.name, self.runs & 1))


class Worker(Task):
    def step(self):
        if not self.queue:
            return
        self.runs += 1
        packet = self.queue.pop(0)
        for i in range(4):
            packet.data[i] = (packet.data[i] + self.runs + i) % 26
        packet.datum = sum(packet.data)
        handler = self.scheduler.tasks[4 if packet.kind else 5]
        handler.queue.append(packet)


class Handler(Task):
    def step(self):
        while self.queue:
            packet = self.queue.pop()
            self.runs += packet.datum & 3


class Scheduler:
    def __init__(self):
        self.tasks = []
        self.control = 1

    def run(self, rounds):
        for _ in range(rounds):
            for task in self.tasks:
                if not task.held:
                    task.step()


scheduler = Scheduler()
Idle("idle", 0, scheduler)
for i in range(3):
    Worker("worker%d" % i, 1000 + i, scheduler)
for i in range(2):
    Handler("handler%d" % i, 2000 + i, scheduler)
scheduler.run(60000)
print([task.runs for task in scheduler.tasks])
