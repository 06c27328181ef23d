class Variable:
    def __init__(self, name, value):
        self.name = name
        self.value = value
        self.constraints = []
        self.mark = 0


class Constraint:
    def __init__(self, strength, variables):
        self.strength = strength
        self.variables = variables
        self.satisfied = False
        for variable in variables:
            variable.constraints.append(self)

    def execute(self):
        pass

    def output(self):
        return self.variables[-1]


class Equal(Constraint):
    def execute(self):
        self.variables[1].value = self.variables[0].value


class Scale(Constraint):
    def __init__(self, strength, variables, factor, offset):
        super().__init__(strength, variables)
        self.factor = factor
        self.offset = offset

    def execute(self):
        self.variables[1].value = self.variables[0].value * self.factor + self.offset


class Planner:
    def __init__(self):
        self.mark = 0

    def plan(self, start):
        self.mark += 1
        todo = [start]
        plan = []
        while todo:
            variable = todo.pop()
            for constraint in variable.constraints:
                out = constraint.output()
                if out is not variable and out.mark != self.mark:
                    out.mark = self.mark
                    constraint.satisfied = True
                    plan.append(constraint)
                    todo.append(out)
        return plan

    def propagate(self, start, value):
        start.value = value
        for constraint in self.plan(start):
            constraint.execute()


chain = [Variable("v%d" % i, 0) for i in range(300)]
for i in range(299):
    if i % 3:
        Equal(1, [chain[i], chain[i + 1]])
    else:
        Scale(2, [chain[i], chain[i + 1]], 1, 1)
planner = Planner()
for value in range(400):
    planner.propagate(chain[0], value)
print(chain[-1].value)
