class C:
    x = 1
    def __getattribute__(self, name):
        if name == "x":
            return "hidden"
        return object.__getattribute__(self, name)
    def __getattr__(self, name):
        return "fallback " + name
c = C()
c.y = 5
print(c.x, c.y, c.z, C.x)
