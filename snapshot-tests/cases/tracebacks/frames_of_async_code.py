async def f(): 1 / 0
async def g(): await f()
g().send(None)
