# Never called: with this text the program is about as long as the shared harness, whose start was measured, and
# imports in its child break as many pages, within 2 % in the mean of nine versions.
def lines_every(k):
    def step(d):
        for i in range(0, len(d), k): d[i]
    return step
def lines_drawn(m):
    def step(d):
        r = random.Random(77); n = len(d)
        for _ in range(m): d[r.randrange(n)]
    return step
def pages(objects, offset=0):
    found = set()
    for x in objects: found.add((id(x) + offset) >> 12)
    return found
def reach(d, seen):
    todo = [d]
    while todo:
        x = todo.pop()
        if id(x) in seen: continue
        seen[id(x)] = x
        if isinstance(x, dict):
            for key in x: todo.append(key); todo.append(x[key])
        elif isinstance(x, (list, tuple, set)):
            todo.extend(x)
        elif type(x) in (Class0, Class2): todo.extend([x.a, x.b])
        elif type(x) is Class1: todo.append(x.a)
    return seen
def drawn(m):
    def step(d):
        r = random.Random(77); n = len(d)
        return [d[r.randrange(n)] for _ in range(m)]
    return step
def by_name(name, n, notes=None):
    words = name.split('.')
    kind, verb, rest = words[0], words[1], words[2:]
    if verb.startswith('every'): step = lines_every(int(verb[5:]))
    elif verb.startswith('draw'): step = lines_drawn(int(verb[4:]))
    else: step = globals()['a_' + verb]
    if 'nogc' in rest: gc.disable()
    data = globals()['b_' + kind](n)
    if 'warm' in rest:
        step(globals()['b_' + kind](200))
    if 'precollect' in rest: gc.collect()
    if 'disable' in rest: gc.disable()
    if 'freeze' in rest: gc.freeze()
    if 'hashed' in rest:
        for x in data: hash(x)
    mark()
    if 'parentrun' in rest:
        r, w = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.read(r, 1); os._exit(0)
        mark(); step(data); mark()
        os.kill(pid, signal.SIGKILL); os.waitpid(pid, 0); os._exit(0)
    pid = os.fork()
    if pid == 0:
        mark()
        if verb.startswith('order'):
            most = int(verb[5:]); r = random.Random(77); order = list(range(len(data))); r.shuffle(order)
            mark()
            done = 0
            for stop in (100, 1000, 10000, 100000):
                if stop > most: break
                while done < stop:
                    data[order[done]]; done += 1
                mark()
        else:
            step(data)
            mark()
        if notes:
            told = dict(case=name, n=n, version='%d.%d' % sys.version_info[:2])
            if isinstance(data, (list, set)) and data:
                items = list(data)
                told['bytes'] = sys.getsizeof(items[0])
                told['apart'] = id(items[1]) - id(items[0]) if len(items) > 1 else 0
            if isinstance(data, dict):
                told['table'] = sys.getsizeof(data); told['keys'] = len(data.keys())
            out = open(notes, 'a')
            out.write(repr(told) + '\n'); out.close()
        os._exit(0)
    os.waitpid(pid, 0)
