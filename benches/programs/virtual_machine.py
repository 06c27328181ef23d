PROGRAM = [("push", 0), ("push", 1), ("over", 0), ("add", 0), ("swap", 0), ("dec", 2), ("jump", 2), ("halt", 0)]


def run(loops):
    stack = []
    counter = loops
    pc = 0
    steps = 0
    while True:
        op, arg = PROGRAM[pc]
        pc += 1
        steps += 1
        match op:
            case "push":
                stack.append(arg)
            case "over":
                stack.append(stack[-2])
            case "add":
                stack.append((stack.pop() + stack.pop()) & 0xFFFF)
            case "swap":
                stack[-1], stack[-2] = stack[-2], stack[-1]
            case "dec":
                counter -= 1
            case "jump":
                if counter > 0:
                    pc = arg
            case "halt":
                return steps, stack[-1]


print(run(90000))
